"""Answers on their way out, also those that are given before the request has been read."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from common.asgi.bodies import ClientGone, Receive, Scope, Send, announced_size, discard, header
from common.errors import DomainError, error_body

# Of a body that nobody wants. What is small is read before the answer, so that the connection lives on. After that the
# answer says `Connection: close` and is there to be read, while a client that is still sending is listened to a little
# longer: closed at once, the connection would be reset, and the answer lost with it.
READ_BEFORE, SECONDS_BEFORE = 1024**2, 1.0
READ_AFTER, SECONDS_AFTER = 64 * 1024**2, 5.0

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Answer:
    """One with all of its bytes."""

    status: int
    headers: Headers
    content: bytes = b""

    @classmethod
    def of_error(cls, error: DomainError) -> "Answer":
        """The error shape, where Django has not been asked."""
        body = error_body(status=error.status, code=error.code, detail=error.detail)
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        return cls.of_json(error.status, body, headers)

    @classmethod
    def of_json(cls, status: int, body: object, headers: dict[str, str] | None = None) -> "Answer":
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
        """Send it although the body was not read to its end, so that the client gets to know it all the same.

        A client that waits for `100 Continue` is not told to go on. `is_begun`: it was.
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


Refusals = Callable[[Scope, DomainError], Answer]


def refusal_of(scope: Scope, error: DomainError) -> Answer:
    """The answer to `error` where nothing else belongs into it."""
    return Answer.of_error(error)


async def refuse(answer: Answer, scope: Scope, receive: Receive, send: Send, *, is_begun: bool = False) -> None:
    """Send `answer` without Django."""
    if announced_size(scope) == 0:
        await answer.send(send)
    else:
        await answer.send_unread(scope, receive, send, is_begun=is_begun)


async def start(send: Send, status: int, headers: Headers) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


def raw_headers(items: Iterable[tuple[str, str]]) -> Headers:
    return [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in items]
