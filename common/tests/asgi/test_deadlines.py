"""One deadline over everything that a request waits for."""

from time import monotonic

import pytest
from django.http import HttpResponse

from common.asgi.handler import MIN_DEADLINE, Handler
from common.resilience import deadlines
from common.resilience.circuit_breaker import Breaker, CircuitOpen
from common.resilience.deadlines import DeadlineExceeded


def test_there_is_no_deadline_outside_of_requests():
    assert deadlines.remaining() is None
    assert deadlines.bounded(60) == 60


def test_a_request_has_one(settings, rf):
    settings.REQUEST_DEADLINE = 7
    seen = []
    middleware = deadlines.RequestDeadlineMiddleware(
        lambda request: seen.append(deadlines.remaining()) or HttpResponse()
    )
    middleware(rf.get("/"))
    assert 6.5 < seen[0] <= 7
    assert deadlines.remaining() is None


# FA-C13
@pytest.mark.parametrize(("waited", "left"), [(0, 10), (4, 6), (60, MIN_DEADLINE)])
def test_waiting_for_a_thread_counts(settings, waited, left):
    settings.REQUEST_DEADLINE = 10

    class Seen(Handler):
        def __init__(self):
            pass

        def respond(self, scope, body):
            return deadlines.remaining()

    seen = Seen().respond_in_time({}, None, since=monotonic() - waited)
    assert left - 0.5 < seen <= left


def test_an_inner_deadline_is_never_later_than_the_one_around_it():
    with deadlines.within(1), deadlines.within(60):
        assert deadlines.bounded(60) <= 1


def test_nothing_is_begun_after_it():
    with deadlines.within(0), pytest.raises(DeadlineExceeded):
        deadlines.bounded(1)


def test_time_that_is_allowed_is_given_back_where_it_was_not_needed():
    with deadlines.within(5):
        with deadlines.allowing(60):
            assert deadlines.remaining() > 60
        assert deadlines.remaining() <= 5


def test_chunks_have_a_deadline_each():
    seen = []

    def chunks():
        for number in range(3):
            seen.append(deadlines.remaining())
            yield number

    given = deadlines.paced(chunks(), 5)
    assert next(given) == 0
    assert deadlines.remaining() is None
    assert list(given) == [1, 2]
    assert all(4 < left <= 5 for left in seen)


# FA-C13
def test_a_silent_neighbour_is_asked_by_one_caller_at_a_time():
    breaker = Breaker(failure_threshold=2, probe_interval=0)
    for _ in range(2):
        with pytest.raises(TimeoutError), breaker.call(TimeoutError):
            raise TimeoutError
    with breaker.call(TimeoutError):  # one finds out,
        began = monotonic()
        with pytest.raises(CircuitOpen), breaker.call(TimeoutError):  # the others do not wait
            raise AssertionError
        assert monotonic() - began < 0.1
    with breaker.call(TimeoutError), breaker.call(TimeoutError):
        pass  # it answered: everyone may


# FA-C1
def test_many_calls_of_one_request_wait_for_one_probe():
    breaker = Breaker(failure_threshold=1, probe_interval=60)
    with pytest.raises(TimeoutError), breaker.call(TimeoutError):
        raise TimeoutError
    with pytest.raises(CircuitOpen):
        breaker.enter()


@pytest.mark.parametrize("error", [ConnectionRefusedError, ValueError])
def test_whatever_answers_is_not_silent(error):
    breaker = Breaker(failure_threshold=1)
    with pytest.raises(error), breaker.call(TimeoutError):
        raise error
    assert not breaker.is_open


def test_a_probe_that_never_reports_is_forgotten(monkeypatch):
    breaker = Breaker(failure_threshold=1, probe_interval=0)
    with pytest.raises(TimeoutError), breaker.call(TimeoutError):
        raise TimeoutError
    monkeypatch.setattr("common.resilience.circuit_breaker.PROBE_LIFE", 0)
    breaker.enter()
    breaker.enter()
