"""Responses of the ASGI layer, also those that are sent before the request body was read."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from common.asgi.bodies import ClientGone, Receive, Scope, Send, announced_size, discard, header
from common.errors import DomainError, error_body
from common.resilience.after_response import Work

# Of a body that is not needed. A small one is read before the response, so that the connection stays usable. After that
# the response says `Connection: close`, and the rest of the body is read a little longer: if the connection were closed
# at once, it would be reset and the client would lose the response.
READ_BEFORE, SECONDS_BEFORE = 1024**2, 1.0
READ_AFTER, SECONDS_AFTER = 64 * 1024**2, 5.0

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class RawResponse:
    """A complete response: status, headers and content, and what the request left to do."""

    status: int
    headers: Headers
    content: bytes = b""
    work: Work = ()  # to be done after it was sent

    @classmethod
    def of_error(cls, error: DomainError) -> "RawResponse":
        """Return the error shape of the API, without Django."""
        body = error_body(status=error.status, code=error.code, detail=error.detail)
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        return cls.of_json(error.status, body, headers)

    @classmethod
    def of_json(cls, status: int, body: object, headers: dict[str, str] | None = None) -> "RawResponse":
        content = json.dumps(body).encode()
        always = {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return cls(status, raw_headers((always | (headers or {})).items()), content)

    async def send(self, send: Send) -> None:
        await start(send, self.status, self.headers)
        await send({"type": "http.response.body", "body": self.content, "more_body": False})

    async def send_unread(self, scope: Scope, receive: Receive, send: Send, *, is_begun: bool = False) -> None:
        """Send it although the request body was not read to its end.

        A client that waits for `100 Continue` does not get it. `is_begun`: it already has.
        """
        with suppress(ClientGone):
            await self._send_unread(scope, receive, send, is_begun)

    async def _send_unread(self, scope: Scope, receive: Receive, send: Send, is_begun: bool) -> None:
        waits = header(scope, b"expect").lower() == "100-continue" and not is_begun
        if not waits and await discard(receive, at_most=READ_BEFORE, seconds=SECONDS_BEFORE):
            await self.send(send)
            return
        await start(send, self.status, [*self.headers, (b"connection", b"close")])
        await send({"type": "http.response.body", "body": self.content, "more_body": True})
        if not waits:
            await discard(receive, at_most=READ_AFTER, seconds=SECONDS_AFTER)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


ErrorResponder = Callable[[Scope, DomainError], RawResponse]


def error_response(scope: Scope, error: DomainError) -> RawResponse:
    """Return the response to `error` without further headers."""
    return RawResponse.of_error(error)


async def send_early(
    answer: RawResponse, scope: Scope, receive: Receive, send: Send, *, is_begun: bool = False
) -> None:
    """Send `answer` without Django."""
    if announced_size(scope) == 0:
        await answer.send(send)
    else:
        await answer.send_unread(scope, receive, send, is_begun=is_begun)


async def start(send: Send, status: int, headers: Headers) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


def raw_headers(items: Iterable[tuple[str, str]]) -> Headers:
    return [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in items]
