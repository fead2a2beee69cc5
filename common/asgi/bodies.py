"""Bodies on their way in: a clock for each, and the two ends that one may have before its time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from common.errors import DomainError, RequestTimeout

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientGone(Exception):
    """The connection ended: there is nobody to answer."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How slowly a body may come: `idle` seconds without a byte, and after `grace` seconds `rate` bytes a second."""

    idle: float = 30.0
    rate: int = 1024
    grace: float = 30.0

    def patience(self, waited: float, received: int) -> float:
        return min(self.idle, self.grace + received / self.rate - waited)


class Body(Protocol):
    """The body of one request, which is also the stream that Django reads it from.

    `is_whole` tells whether the connection has nothing of it left, `is_begun` whether the client was asked for it.
    `size` is in bytes, so far; `patience` is for how many seconds the request may wait for a thread then.
    """

    is_whole: bool
    is_begun: bool
    patience: float
    size: int

    async def take(self, receive: Receive) -> None:
        """Receive it. What is refused is raised when it is read; raises ClientGone."""

    def read(self, size: int = -1) -> bytes: ...

    def close(self) -> None:
        """Let go of what was received, in any thread, as often as wanted: Django does, too."""

    async def release(self) -> None:
        """The request is over: let go of everything."""


async def arriving(receive: Receive, pace: Pace) -> AsyncIterator[bytes]:
    """Yield the chunks of a body. Only waiting for the client counts. Raises RequestTimeout and ClientGone."""
    received, waited, more = 0, 0.0, True
    while more:
        patience, begun = pace.patience(waited, received), monotonic()
        if patience <= 0:
            raise RequestTimeout
        try:
            async with asyncio.timeout(patience):
                message = await receive()
        except TimeoutError:
            raise RequestTimeout from None
        waited += monotonic() - begun
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk, more = message.get("body", b""), message.get("more_body", False)
        received += len(chunk)
        if chunk:
            yield chunk


async def discard(receive: Receive, *, at_most: int, seconds: float) -> bool:
    """Receive what is left of a body and forget it, within bounds; tells whether that was all of it."""
    try:
        async with asyncio.timeout(seconds):
            async for chunk in arriving(receive, Pace(idle=seconds, grace=seconds)):
                at_most -= len(chunk)
                if at_most < 0:
                    return False
    except (TimeoutError, DomainError):
        return False
    return True


def header(scope: Scope, name: bytes) -> str:
    """The value of a header that may be there once, as text; empty where it is not."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def announced_size(scope: Scope) -> int | None:
    """Bytes of the body: 0 without one, None where it comes in chunks and says nothing."""
    if header(scope, b"transfer-encoding"):
        return None
    length = header(scope, b"content-length")
    return int(length) if length.isascii() and length.isdigit() else 0
