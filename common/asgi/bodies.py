"""Request bodies while they arrive: their time limits, and the two ways in which one can end early."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from common.errors import DomainError, RequestTimeout

Scope = MutableMapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientGone(Exception):
    """The client has closed the connection."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The slowest accepted transfer: `idle` seconds without a byte, and after `grace` seconds `rate` bytes a second."""

    idle: float = 30.0
    rate: int = 1024
    grace: float = 30.0

    def patience(self, waited: float, received: int) -> float:
        return min(self.idle, self.grace + received / self.rate - waited)


class Body(Protocol):
    """The body of a request, which is also the stream that Django reads.

    `is_whole` tells whether all of it was received, `is_begun` whether the client was told to send it. `size` is in
    bytes, so far; `patience` is the time in seconds that the request may then wait for a thread.
    """

    is_whole: bool
    is_begun: bool
    patience: float
    size: int

    async def take(self, receive: Receive) -> None:
        """Receive the body. Refusals are raised by `read`. Raises ClientGone."""

    def read(self, size: int = -1) -> bytes: ...

    def close(self) -> None:
        """Discard what was received; in any thread, any number of times, since Django calls it too."""

    async def release(self) -> None:
        """Discard everything at the end of the request."""


async def receive_chunks(receive: Receive, pace: Pace) -> AsyncIterator[bytes]:
    """Yield the chunks of a body. Only the time of waiting for the client counts. Raises RequestTimeout, ClientGone."""
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
    """Receive and drop the rest of a body, within limits; return whether that was all of it."""
    try:
        async with asyncio.timeout(seconds):
            async for chunk in receive_chunks(receive, Pace(idle=seconds, grace=seconds)):
                at_most -= len(chunk)
                if at_most < 0:
                    return False
    except (TimeoutError, DomainError):
        return False
    return True


def header(scope: Scope, name: bytes) -> str:
    """Return the value of a header as text, empty if it is absent."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def announced_size(scope: Scope) -> int | None:
    """Return the announced size of the body in bytes: 0 without a body, None for a chunked one."""
    if header(scope, b"transfer-encoding"):
        return None
    length = header(scope, b"content-length")
    return int(length) if length.isascii() and length.isdigit() else 0
