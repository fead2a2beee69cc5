"""Bodies of PUTs, as the event loop receives them."""

import asyncio

import pytest

from common.asgi.bodies import ClientGone, Pace
from common.asgi.pool import ThreadPool
from common.errors import Busy, RequestTimeout
from tests.asgi import Connection, scope_of
from uploads.sessions.receive.body import Receptions
from uploads.storage import store
from uploads.storage.contract import SizeMismatch, StoreFull
from uploads.tests.sessions.receive.test_reception import KEY, leftovers, signed

requests, files = ThreadPool(2, name="request"), ThreadPool(2, name="file")


def receptions(**pace):
    return Receptions(requests=requests, files=files, pace=Pace(**pace))


def body_of(receptions, ticket, *, length=5):
    headers = [("Content-Type", "image/png"), ("Content-Length", str(length))]
    return receptions.body_of(scope_of("PUT", ticket.url, headers))


async def publish(body):
    try:
        return body._reception.publish()
    finally:
        body._reception.close()
        await body.release()


def take(connection, ticket=None, receptions=receptions(), **options):  # noqa: B008
    async def taken():
        body = body_of(receptions, ticket or signed(), **options)
        try:
            await body.take(connection.receive)
        finally:
            await body.release()
        return body

    return asyncio.run(taken())


def test_a_body_is_kept_as_it_comes():
    async def taken():
        body = body_of(receptions(), signed())
        await body.take(Connection([b"he", b"l", b"lo"]).receive)
        return body.is_whole, await publish(body)

    whole, etag = asyncio.run(taken())
    assert whole
    assert etag == store("media").stat(KEY).etag
    assert leftovers() == []


# US-28, FA-B1, FA-B2
@pytest.mark.parametrize(
    ("connection", "pace"),
    [
        (Connection([b"he"], stalls=True), {"idle": 0.05}),
        (Connection([b"h", 0.03, b"e", 0.03, b"l", 0.03, b"l", 0.03, b"o"]), {"grace": 0.05, "rate": 1000}),
    ],
    ids=["stops", "drips"],
)
def test_a_body_that_stalls_is_given_up(connection, pace):
    body = take(connection, receptions=receptions(**pace))
    assert isinstance(body._reception.refusal, RequestTimeout)
    assert not body.is_whole
    assert store("media").stat(KEY) is None
    assert leftovers() == []


def test_a_client_that_goes_away_in_the_middle_leaves_nothing():
    with pytest.raises(ClientGone):
        take(Connection([b"he"], leaves=True))
    assert leftovers() == []


# US-28
def test_bodies_beyond_the_limit_of_a_process_are_asked_to_come_again(settings):
    settings.MAX_CONCURRENT_RECEIVES = 1
    full = receptions()
    full.enter("another")
    refusal = take(Connection([b"hello"]), receptions=full)._reception.refusal
    assert isinstance(refusal, Busy)
    assert refusal.retry_after == 1
    full.leave("another")
    assert take(Connection([b"hello"]), receptions=full)._reception.refusal is None


# FA-B6
def test_one_address_takes_two_bodies_at_once_and_no_more():
    ticket, shared = signed(), receptions()
    for _ in range(2):
        shared.enter(ticket.url.removeprefix("/storage/"))
    assert isinstance(take(Connection([b"hello"]), ticket, shared)._reception.refusal, Busy)
    assert take(Connection([b"hello"]), signed(key="o/uploads/2/a.png"), shared)._reception.refusal is None


def test_a_length_that_was_not_announced_is_refused_before_a_byte_is_read():
    connection = Connection([b"hello!"])
    body = take(connection, length=6)
    assert isinstance(body._reception.refusal, SizeMismatch)
    assert connection.read == 0
    assert not body.is_begun


def test_a_disk_that_is_full_refuses_and_leaves_nothing(monkeypatch):
    def full(*_):
        raise StoreFull

    monkeypatch.setattr("uploads.storage.disk.tree.Draft.write", full)
    body = take(Connection([b"he", b"llo"]))
    assert isinstance(body._reception.refusal, StoreFull)
    assert leftovers() == []


def test_other_requests_to_an_address_are_no_uploads():
    assert receptions().body_of(scope_of("POST", signed().url)) is None
    assert receptions().body_of(scope_of("PUT", "/api/v1/uploads/")) is None
