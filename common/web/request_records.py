"""A count and, where it is asked for, a log line of each request."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from common.metrics import REQUEST_SECONDS, REQUESTS

log = logging.getLogger("access")

UNKNOWN_ROUTE = "unknown"  # an address without a route: its text is the client's and never becomes a label
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestRecordsMiddleware:
    """Middleware: counts requests by route for `/metrics`; with ACCESS_LOG writes one line for each.

    The seconds are those until the answer begins; a streamed body takes longer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        seconds = perf_counter() - began
        route, method = _route_of(request), request.method if request.method in _METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        REQUEST_SECONDS.labels(route).observe(seconds)
        if settings.ACCESS_LOG:
            _write(request, response, route, seconds)
        return response


def _route_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.route if match else UNKNOWN_ROUTE


def _write(request: HttpRequest, response: HttpResponse, route: str, seconds: float) -> None:
    """Write a line; with LOG_FORMAT=json its facts are fields of their own."""
    facts = {
        "method": request.method,
        "path": request.path,
        "route": route,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
    }
    log.info("%(method)s %(path)s %(status)s %(milliseconds)s ms", facts, extra={**facts, "request": request})
