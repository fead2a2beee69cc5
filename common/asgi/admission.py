"""What is answered before Django: liveness, and requests that cannot be read."""

from typing import Any

from common.asgi.answers import Answer, Refusals, refusal_of, refuse
from common.asgi.bodies import Receive, Scope, Send, announced_size
from common.errors import UnreadableHeader

LIVENESS = "/healthz"
ALIVE = {"status": "ok"}
# These are for others, or decide nothing, and browsers do send other letters in them.
MAY_HOLD_ANYTHING = frozenset({b"cookie", b"user-agent", b"referer"})


class Door:
    """An ASGI application around another one.

    `/healthz` is answered here, by the event loop: it depends on no thread, database or header. Header names with
    underscores are Django's to drop, and it does; values that are no ASCII are refused, since to take them for absent
    would act for another organization or person than the one that was named.
    """

    def __init__(self, application: Any, *, refusal_of: Refusals = refusal_of) -> None:
        self._application, self._refusal_of = application, refusal_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif scope["path"] == LIVENESS and scope["method"] in {"GET", "HEAD"}:
            answer = Answer.of_json(200, ALIVE)
            if announced_size(scope) == 0:
                await answer.send(send)
            else:
                await answer.send_unread(scope, receive, send)
        elif name := unreadable_header(scope):
            error = UnreadableHeader(f"The header {name} holds bytes that are not ASCII.")
            await refuse(self._refusal_of(scope, error), scope, receive, send)
        else:
            await self._application(scope, receive, send)


def unreadable_header(scope: Scope) -> str:
    """The name of the first header that cannot be read; empty where there is none."""
    for name, value in scope["headers"]:
        if not value.isascii() and name not in MAY_HOLD_ANYTHING:
            return name.decode("latin-1")
    return ""
