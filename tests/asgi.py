"""A client and a server's end for ASGI applications, without a network."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any


def scope_of(method="GET", path="/", headers=(), query=b"") -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "scheme": "http",
    }


class Connection:
    """What a server has of one request: chunks that come (a float: after so many seconds), and what was sent.

    When the chunks are used up the body is whole, or never ends (`stalls`), or the client goes away (`leaves`).
    """

    def __init__(self, chunks: Iterable[bytes | float] = (), *, stalls=False, leaves=False) -> None:
        self.chunks, self.stalls, self.leaves = list(chunks), stalls, leaves
        self.sent: list[dict[str, Any]] = []
        self.read = 0

    async def receive(self) -> dict[str, Any]:
        while self.chunks:
            chunk = self.chunks.pop(0)
            if isinstance(chunk, bytes):
                self.read += len(chunk)
                return {"type": "http.request", "body": chunk, "more_body": True}
            await asyncio.sleep(chunk)
        if self.leaves:
            return {"type": "http.disconnect"}
        if self.stalls:
            await asyncio.Event().wait()
        self.stalls = True  # a further `receive` returns when the connection ends
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def content(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def code(self) -> str:
        return json.loads(self.content)["errors"][0]["code"]

    @property
    def is_complete(self) -> bool:
        return bool(self.sent) and not self.sent[-1].get("more_body", True)


def run(application, scope, connection=None, *, seconds=10.0) -> Connection:
    """Have `application` answer one request."""
    connection = connection or Connection()
    asyncio.run(asyncio.wait_for(application(scope, connection.receive, connection.send), seconds))
    return connection
