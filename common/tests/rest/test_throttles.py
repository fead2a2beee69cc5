"""Counts of requests: others cannot push them out, and a store that is away stops no request."""

import time

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rest_framework.test import APIClient

from common.rest.counters import SHARED, LocalCounter, SharedCounter, counters
from tests.factories import PASSWORD, client_for, make_member

PROBES = "/api/v1/library-resources/"


@pytest.fixture
def shared(monkeypatch):
    """A function: let the shared counter do this from now on; returns the list of calls it gets."""
    monkeypatch.setattr("common.rest.counters.is_shared", lambda: True)
    calls = []

    def behave(result):
        def hit(self, key, seconds):
            calls.append(key)
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr(SharedCounter, "hit", hit)
        return calls

    counters.clear()
    yield behave
    counters.clear()


# FA-B4
def test_no_number_of_other_callers_pushes_a_count_out():
    counter = LocalCounter(capacity=50)
    assert [counter.hit("guesser", 60)[0] for _ in range(10)] == list(range(1, 11))
    for number in range(5000):
        counter.hit(f"other-{number}", 60)
    assert counter.hit("guesser", 60)[0] == 11
    assert len(counter._windows) <= 50 + SHARED


# FA-B4
def test_callers_beyond_those_that_fit_are_counted_together():
    counter = LocalCounter(capacity=0)
    hits = [counter.hit(f"other-{number}", 60)[0] for number in range(SHARED * 100)]
    assert max(hits) >= 100


def test_a_count_ends_with_its_window():
    counter = LocalCounter()
    counter.hit("a", 0.01)
    counter.hit("b", 60)
    time.sleep(0.02)
    assert counter.hit("a", 60)[0] == 1
    assert counter.hit("b", 60)[0] == 2


# FA-B4
def test_anonymous_requests_from_elsewhere_leave_a_guessers_count_alone(organization, throttled):
    throttled(login="10/min", anonymous="600/min")

    def guess():
        return APIClient().post("/api/v1/auth/token/", {"username": "x", "password": "y"}).status_code

    assert [guess() for _ in range(11)] == [401] * 10 + [429]
    for number in range(320):
        APIClient().get(PROBES, REMOTE_ADDR=f"10.9.{number // 250}.{number % 250}")
    assert guess() == 429


# FA-B4
def test_addresses_of_one_ipv6_network_are_counted_together(organization, throttled):
    throttled(anonymous="2/min")
    addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8:0:1::1"]
    answers = [APIClient().get(PROBES, REMOTE_ADDR=address).status_code for address in addresses]
    assert answers == [200, 200, 429, 200]


# FA-C1
@pytest.mark.parametrize(
    "error", [RedisConnectionError(), RedisTimeoutError(), OSError(), RedisConnectionError("x" * 9)]
)
def test_without_redis_requests_are_answered_and_still_counted(organization, throttled, shared, error):
    throttled(anonymous="3/min", upload="2/min", login="2/min")
    calls = shared(error)
    anonymous = APIClient()
    assert [anonymous.get(PROBES).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert len(calls) == 1  # the others did not wait for it
    member = client_for(make_member(organization, "Creator", username="creator"))
    announcement = {"type": "IMAGE", "filename": "a.png", "content_type": "image/png", "size": 10}
    opened = [member.post("/api/v1/upload-sessions/", announcement).status_code for _ in range(3)]
    assert opened == [201, 201, 429]
    credentials = {"username": "creator", "password": PASSWORD}
    assert anonymous.post("/api/v1/auth/token/", credentials, REMOTE_ADDR="10.0.0.1").status_code == 200
    wrong = {"username": "creator", "password": "wrong"}
    answers = [anonymous.post("/api/v1/auth/token/", wrong, REMOTE_ADDR="10.0.0.2").status_code for _ in range(3)]
    assert answers == [401, 401, 429]


# FA-C1
def test_redis_is_asked_again_after_a_while(shared, monkeypatch):
    calls = shared(RedisConnectionError())
    assert [counters.hit("anonymous", "a", 60)[0] for _ in range(3)] == [1, 2, 3]
    monkeypatch.setattr("common.rest.counters.REST", 0.0)
    assert counters.hit("anonymous", "a", 60)[0] == 4
    assert len(calls) == 2
    shared((70, 5.0))
    assert [counters.hit("anonymous", "a", 60) for _ in range(2)] == [(70, 5.0)] * 2


def test_a_cache_that_is_shared_counts_in_windows_for_all_processes(monkeypatch):
    one, other = SharedCounter(), SharedCounter()
    monkeypatch.setattr(time, "time", lambda: 1_000_000_030.0)
    assert [one.hit("key", 60), other.hit("key", 60)] == [(1, 50.0), (2, 50.0)]
    monkeypatch.setattr(time, "time", lambda: 1_000_000_080.0)
    assert other.hit("key", 60) == (1, 60.0)
