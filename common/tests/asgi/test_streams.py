"""Answers that are made while they are sent."""

import asyncio
import threading

import pytest
from django.http import StreamingHttpResponse

from common.asgi.pool import ThreadPool
from common.asgi.streams import CHUNK_SIZE, send_stream
from tests.asgi import Connection

pool = ThreadPool(2, name="pieces")


class Pieces:
    """An iterator that notes in which thread each piece was made, and whether it was closed."""

    def __init__(self, pieces):
        self.pieces, self.threads, self.is_closed = iter(pieces), set(), False

    def __iter__(self):
        return self

    def __next__(self):
        self.threads.add(threading.current_thread().name)
        piece = next(self.pieces)
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self):
        self.is_closed = True


def stream(pieces, connection=None):
    connection = connection or Connection(stalls=True)
    response = StreamingHttpResponse(pieces)
    asyncio.run(asyncio.wait_for(send_stream(response, [], connection.receive, connection.send, pool), 5))
    return connection


def test_pieces_are_made_by_threads_and_sent_in_order():
    pieces = Pieces([b"a" * CHUNK_SIZE, b"b" * CHUNK_SIZE, b"c"])
    connection = stream(pieces)
    assert connection.content == b"a" * CHUNK_SIZE + b"b" * CHUNK_SIZE + b"c"
    assert connection.is_complete
    assert all(name.startswith("pieces-") for name in pieces.threads)
    assert pieces.is_closed


def test_small_pieces_are_sent_together():
    connection = stream(Pieces([b"x" * 1000] * 100))
    assert len(connection.content) == 100_000
    assert len(connection.sent) == 4  # the start, two of 66,000 and 34,000 bytes, the end


# FA-B2
def test_a_client_that_goes_away_ends_the_making_and_closes_the_response():
    made = Pieces(b"x" * CHUNK_SIZE for _ in range(10**9))

    class Leaving(Connection):
        async def send(self, message):
            await super().send(message)
            if len(self.sent) == 3:
                self.gone.set()

        async def receive(self):
            await self.gone.wait()
            return {"type": "http.disconnect"}

    async def streamed():
        connection = Leaving()
        connection.gone = asyncio.Event()
        await send_stream(StreamingHttpResponse(made), [], connection.receive, connection.send, pool)
        return connection

    connection = asyncio.run(asyncio.wait_for(streamed(), 5))
    assert len(connection.sent) < 10
    assert not connection.is_complete
    assert made.is_closed


# FA-B2
def test_a_client_that_does_not_read_holds_no_thread():
    async def streamed():
        gate = asyncio.Event()

        class Unread(Connection):
            async def send(self, message):
                await super().send(message)
                if len(self.sent) > 1:
                    await gate.wait()

        streams = []
        for _ in range(10):  # with two threads
            connection = Unread(stalls=True)
            response = StreamingHttpResponse(Pieces([b"x" * CHUNK_SIZE, b"y"]))
            streams.append(asyncio.ensure_future(send_stream(response, [], connection.receive, connection.send, pool)))
        await asyncio.sleep(0.05)
        assert await pool.run(lambda: 1, patience=1) == 1
        gate.set()
        await asyncio.gather(*streams)

    asyncio.run(asyncio.wait_for(streamed(), 5))


def test_an_answer_that_cannot_be_made_to_its_end_is_broken_off_and_logged(caplog):
    pieces = Pieces([b"a" * CHUNK_SIZE, EOFError("3 bytes are missing")])
    connection = stream(pieces)
    assert not connection.is_complete
    assert pieces.is_closed
    assert "A streamed response failed" in caplog.text


@pytest.mark.parametrize("pieces", [[], [b""]])
def test_an_empty_answer_is_complete(pieces):
    assert stream(Pieces(pieces)).is_complete
