"""Requests that are answered before Django: liveness, and headers that cannot be read."""

from collections.abc import Awaitable, Callable

from django.utils.translation import gettext as _

from common.asgi.bodies import Receive, Scope, Send, announced_size
from common.asgi.responses import ErrorResponder, RawResponse, error_response, send_early
from common.errors import UnreadableHeader

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LIVENESS = "/healthz"
ALIVE = {"status": "ok"}
# Nothing here depends on these headers, and browsers send other bytes in them.
UNCHECKED_HEADERS = frozenset({b"cookie", b"user-agent", b"referer"})


class AdmissionMiddleware:
    """ASGI middleware: answers `/healthz`, and refuses headers that are not ASCII.

    Liveness is answered by the event loop and depends on no thread, database or header. A header with other bytes is
    refused: if it were ignored, the request would act in another organization or for another person than it names.
    Header names with underscores are dropped by Django.
    """

    def __init__(self, application: Application, *, error_response: ErrorResponder = error_response) -> None:
        self._application, self._error_response = application, error_response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif scope["path"] == LIVENESS and scope["method"] in {"GET", "HEAD"}:
            answer = RawResponse.of_json(200, ALIVE)
            if announced_size(scope) == 0:
                await answer.send(send)
            else:
                await answer.send_unread(scope, receive, send)
        elif name := unreadable_header(scope):
            error = UnreadableHeader(_("The header %(name)s contains bytes that are not ASCII.") % {"name": name})
            await send_early(self._error_response(scope, error), scope, receive, send)
        else:
            await self._application(scope, receive, send)


def unreadable_header(scope: Scope) -> str:
    """Return the name of the first header that cannot be read, empty if there is none."""
    for name, value in scope["headers"]:
        if not value.isascii() and name not in UNCHECKED_HEADERS:
            return name.decode("latin-1")
    return ""
