"""Request ids: in the response, in the log, and in the activity that a request records."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from common.db.ids import new_id

_current: ContextVar[str] = ContextVar("request_id", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def request_id() -> str:
    """Return the id of the current request; empty outside of requests."""
    return _current.get()


class RequestIdMiddleware:
    """Middleware: gives each request an id, sent as `X-Request-Id`. A trusted proxy may set it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        current = _given(request) or str(new_id())
        token = _current.set(current)
        vars(request)["request_id"] = current  # a name that the type of the request lacks
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = current
            return response
        finally:
            _current.reset(token)


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to log records; a dash outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)  # Django logs refusals after the middleware is left
        record.request_id = request_id() or getattr(request, "request_id", "-")
        return True


def _given(request: HttpRequest) -> str:
    header = request.headers.get("X-Request-Id", "") if settings.TRUST_PROXY_HEADERS else ""
    return header if _WELL_FORMED.fullmatch(header) else ""
