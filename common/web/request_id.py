"""A name for each request, in its answer, in the log and in whatever it changed."""

import logging
import re
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from common.db.ids import new_id

_current: ContextVar[str] = ContextVar("request_id", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def request_id() -> str:
    """Return the id of the request under way; empty outside of requests."""
    return _current.get()


class RequestIdMiddleware:
    """Names every request, and says the name in `X-Request-Id`. A proxy that is trusted may have named it already."""

    def __init__(self, get_response: Any):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = _given(request) or str(new_id())
        token, request.request_id = _current.set(named), named  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = named
            return response
        finally:
            _current.reset(token)


class RequestIdFilter(logging.Filter):
    """Gives log records a `request_id`, which is a dash outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)  # Django logs refusals after the middleware is left
        record.request_id = request_id() or getattr(request, "request_id", "-")
        return True


def _given(request: HttpRequest) -> str:
    said = request.headers.get("X-Request-Id", "") if settings.TRUST_PROXY_HEADERS else ""
    return said if _WELL_FORMED.fullmatch(said) else ""
