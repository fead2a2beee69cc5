"""Answers that are made while they are sent: a thread makes one piece, then the client takes it, without a thread."""

import asyncio
import logging
from collections.abc import Iterator

from django.http import StreamingHttpResponse

from common.asgi.answers import Headers, start
from common.asgi.bodies import Receive, Send
from common.asgi.pool import ThreadPool

logger = logging.getLogger(__name__)

PIECE = 64 * 1024  # bytes that are made at a time, at least
# A piece waits for a thread as long as the client does: half a file is worse than a slow one.
PATIENCE = 60.0


async def send_stream(
    response: StreamingHttpResponse, headers: Headers, receive: Receive, send: Send, pool: ThreadPool
) -> None:
    """Send a response piece by piece, each made in `pool`. One that cannot be made ends the connection.

    The client's going away is noticed before each piece, and ends it as well; the response is closed in any case.
    """
    gone = asyncio.ensure_future(disconnection(receive))
    pieces = iter(response)
    try:
        await start(send, response.status_code, headers)
        while not gone.done() and (piece := await pool.run(lambda: make_piece(pieces), patience=PATIENCE)):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except Exception:
        # The status is out already, so that breaking off is the only way to say that this is not the whole.
        logger.exception("An answer broke off")
    finally:
        gone.cancel()
        await asyncio.shield(pool.run(response.close, patience=PATIENCE))


async def disconnection(receive: Receive) -> None:
    """Return when the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass


def make_piece(pieces: Iterator[bytes]) -> bytes:
    """The next bytes; empty at the end. The next piece may be made in another thread."""
    made, size = [], 0
    for piece in pieces:
        made.append(piece)
        size += len(piece)
        if size >= PIECE:
            break
    return made[0] if len(made) == 1 else b"".join(made)
