"""Streamed responses: a thread produces one chunk, which is then sent without a thread."""

import asyncio
import logging
from collections.abc import Iterator

from django.http import StreamingHttpResponse

from common.asgi.bodies import Receive, Send
from common.asgi.pool import ThreadPool
from common.asgi.responses import Headers, start

logger = logging.getLogger(__name__)

CHUNK_SIZE = 64 * 1024  # bytes that are produced at a time, at least
# Seconds that a chunk waits for a thread: a slow file is better than half a file.
PATIENCE = 60.0


async def send_stream(
    response: StreamingHttpResponse, headers: Headers, receive: Receive, send: Send, pool: ThreadPool
) -> None:
    """Send a response in chunks, each produced in `pool`. An exception while producing one ends the connection.

    A disconnect of the client is noticed before each chunk. The response is closed in any case.
    """
    gone = asyncio.ensure_future(wait_for_disconnect(receive))
    pieces = iter(response)
    try:
        await start(send, response.status_code, headers)
        while not gone.done() and (piece := await pool.run(lambda: next_chunk(pieces), patience=PATIENCE)):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except Exception:
        # The status is sent: only closing the connection can show that the body is incomplete.
        logger.exception("A streamed response failed")
    finally:
        gone.cancel()
        await asyncio.shield(pool.run(response.close, patience=PATIENCE))


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has disconnected."""
    while (await receive())["type"] != "http.disconnect":
        pass


def next_chunk(pieces: Iterator[bytes]) -> bytes:
    """Return the next bytes, at least CHUNK_SIZE of them except at the end; empty after the end."""
    made, size = [], 0
    for piece in pieces:
        made.append(piece)
        size += len(piece)
        if size >= CHUNK_SIZE:
            break
    return made[0] if len(made) == 1 else b"".join(made)
