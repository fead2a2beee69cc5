"""Django's ASGI handler with one thread per request, and none while data is transferred."""

import logging
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import IO, Any, cast

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import set_script_prefix

from common.asgi.bodies import Body, ClientGone, Receive, Scope, Send
from common.asgi.pool import ThreadPool
from common.asgi.responses import ErrorResponder, Headers, RawResponse, error_response, raw_headers, send_early, start
from common.asgi.streams import PATIENCE, send_stream
from common.errors import BadRequest, Bug, Busy, DomainError
from common.resilience import after_response, deadlines
from common.resilience.after_response import Work

logger = logging.getLogger(__name__)

HandlerResponse = RawResponse | StreamingHttpResponse

MIN_DEADLINE = 3.0  # seconds for external services, however long the request waited for a thread


class Handler(ASGIHandler):
    """An ASGI application that runs the synchronous middleware and views in `requests`, as under WSGI.

    Django's own handler changes threads in each middleware and reads whole files into memory. `body_of` returns the
    body object of a request, `error_response` the response where Django was not called or failed. `requests` closes
    old database connections after each call. Responses that only read files (`reads_files_only`) are produced in
    `files`, so that they continue while every request waits for the database.
    """

    def __init__(
        self,
        *,
        requests: ThreadPool,
        files: ThreadPool,
        body_of: Callable[[Scope], Body],
        error_response: ErrorResponder = error_response,
    ) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._requests, self._files = requests, files
        self._body_of, self._error_response = body_of, error_response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is supported, not {scope['type']}.")
        body = self._body_of(scope)
        try:
            await body.take(receive)
            respond = partial(self.respond_in_time, scope, body, since=monotonic())
            response = await self._requests.run(respond, patience=body.patience)
        except ClientGone:
            return
        except (Busy, BadRequest) as error:
            await self._refuse(error, scope, body, receive, send)
            return
        except Exception:
            logger.exception("A request could not be answered")
            await self._refuse(Bug(), scope, body, receive, send)
            return
        finally:
            await body.release()
        try:
            await self._send(response, scope, body, receive, send)
        finally:
            await self._do(getattr(response, "work", ()))

    async def _do(self, work: Work) -> None:
        """Do, in a thread, what the request left to do after its response."""
        if not work:
            return
        try:
            await self._requests.run(partial(after_response.run, work), patience=PATIENCE)
        except Busy:
            logger.warning("No thread was free to do %s after a response.", work)

    async def _refuse(self, error: DomainError, scope: Scope, body: Body, receive: Receive, send: Send) -> None:
        answer = self._error_response(scope, error)
        if body.is_whole:
            await answer.send(send)
        else:
            await send_early(answer, scope, receive, send, is_begun=body.is_begun)

    async def _send(self, response: HandlerResponse, scope: Scope, body: Body, receive: Receive, send: Send) -> None:
        if isinstance(response, RawResponse):
            if body.is_whole:
                await response.send(send)
            else:
                await response.send_unread(scope, receive, send, is_begun=body.is_begun)
            return
        headers = headers_of(response)
        pool = self._files if getattr(response, "reads_files_only", False) else self._requests
        if scope["method"] == "HEAD":
            await pool.run(response.close, patience=PATIENCE)
            await start(send, response.status_code, headers)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await send_stream(response, headers, receive, send, pool)

    def respond_in_time(self, scope: Scope, body: Body, *, since: float) -> HandlerResponse:
        """In a thread: `respond`, with a deadline that includes the wait for the thread, from `since` on."""
        with deadlines.within(max(settings.REQUEST_DEADLINE - (monotonic() - since), MIN_DEADLINE)):
            return self.respond(scope, body)

    def respond(self, scope: Scope, body: Body) -> HandlerResponse:
        """In a thread: let Django answer the request. Streamed responses are returned open.

        Raises BadRequest if the headers are not valid.
        """
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        try:
            request, refusal = self.create_request(scope, cast(IO[bytes], body))
        except ValueError as error:  # a Content-Type with a parameter in an encoding that does not exist
            raise BadRequest from error
        if request is not None and body.size:  # a chunked body has a length now, which parsers need
            request.META.setdefault("CONTENT_LENGTH", str(body.size))
        response: Any = refusal if request is None else self.get_response(request)
        work = after_response.take()
        if response.streaming:
            response.work = work
            return response
        answer = RawResponse(response.status_code, headers_of(response), response.content, work)
        response.close()
        return answer


def headers_of(response: HttpResponseBase) -> Headers:
    cookies = [
        (b"set-cookie", cookie.output(header="").encode("ascii").strip()) for cookie in response.cookies.values()
    ]
    return raw_headers(response.items()) + cookies
