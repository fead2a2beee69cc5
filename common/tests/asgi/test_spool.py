"""Bodies on their way into a temporary file, and what is refused of them."""

import asyncio

import pytest

from common.asgi.bodies import ClientGone, Pace
from common.asgi.pool import ThreadPool
from common.asgi.spool import IN_MEMORY, SpoolBudget, SpooledBody, body_limit
from common.errors import BodyTooLarge, Busy, RequestTimeout
from tests.asgi import Connection, scope_of

files = ThreadPool(1, name="file")
IN_CHUNKS = [("Transfer-Encoding", "chunked")]


def take(chunks, *, headers=IN_CHUNKS, limit=100_000, budget=None, pace=None, **ends):
    connection = Connection(chunks, **ends)
    body = SpooledBody(
        scope_of("POST", "/", headers), limit=limit, pace=pace or Pace(), budget=budget or SpoolBudget(), files=files
    )
    asyncio.run(body.take(connection.receive))
    return body, connection


@pytest.mark.parametrize("size", [1, IN_MEMORY, IN_MEMORY + 1, 90_000])
def test_a_body_is_read_as_it_came_from_memory_or_from_disk(size):
    sent = bytes(range(256)) * (size // 256 + 1)
    body, _ = take([sent[: size // 2], sent[size // 2 : size]])
    assert body.is_whole
    assert body.size == size
    assert body.read() == sent[:size]
    asyncio.run(body.release())


def test_a_request_without_a_body_is_not_waited_for():
    body, connection = take([b"never asked for"], headers=[])
    assert body.is_whole
    assert (connection.read, body.read()) == (0, b"")


# FA-B3
def test_what_is_announced_too_large_is_refused_before_a_byte_is_read():
    body, connection = take([b"x" * 11], headers=[("Content-Length", "11")], limit=10)
    assert not body.is_whole
    assert not body.is_begun
    assert connection.read == 0
    with pytest.raises(BodyTooLarge):
        body.read()


# FA-B2
def test_what_grows_too_large_is_refused_where_it_is_read():
    body, _ = take([b"x" * 6, b"x" * 6], limit=10)
    with pytest.raises(BodyTooLarge):
        body.readline()


# FA-B2
@pytest.mark.parametrize(
    ("chunks", "pace"),
    [([b"x"], Pace(idle=0.03)), ([b"x", 0.02, b"x", 0.02, b"x", 0.02], Pace(grace=0.03, rate=10_000))],
    ids=["stops", "drips"],
)
def test_what_comes_too_slowly_is_refused(chunks, pace):
    body, _ = take(chunks, pace=pace, stalls=True)
    assert not body.is_whole
    with pytest.raises(RequestTimeout):
        body.read(1)


def test_a_slow_body_that_keeps_its_pace_is_waited_for():
    body, _ = take([b"x" * 100, 0.02, b"x" * 100, 0.02], pace=Pace(idle=1, grace=0.03, rate=5_000))
    assert body.size == len(body.read()) == 200


# FA-B2
@pytest.mark.parametrize("budget", [SpoolBudget(bodies=0), SpoolBudget(size=10)], ids=["bodies", "bytes"])
def test_what_has_no_room_beside_others_is_asked_to_come_again(budget):
    body, _ = take([b"x" * 11], budget=budget)
    with pytest.raises(Busy):
        body.read()


def test_the_room_of_a_body_is_free_again_afterwards_however_it_ended():
    budget = SpoolBudget(bodies=1, size=100)
    for chunks, ends in [([b"x" * 90], {}), ([b"x" * 101], {}), ([b"x"], {"stalls": True})]:
        body, _ = take(chunks, budget=budget, pace=Pace(idle=0.02), **ends)
        asyncio.run(body.release())
        asyncio.run(body.release())
        assert (budget.bodies, budget.taken) == (1, 0)


def test_a_client_that_goes_away_is_nobody_to_answer():
    with pytest.raises(ClientGone):
        take([b"x"], leaves=True)


@pytest.mark.parametrize(
    ("content_type", "limit"),
    [("multipart/form-data; boundary=x", 2), ("Multipart/Form-Data", 2), ("application/json", 1), ("", 1)],
)
def test_only_forms_with_files_may_be_large(content_type, limit):
    assert body_limit(scope_of(headers=[("Content-Type", content_type)]), form=2, other=1) == limit
