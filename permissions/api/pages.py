"""Answers where no view was reached or DRF was not asked: JSON under `/api/`, Django's plain pages elsewhere."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import csrf, defaults

from permissions.api.handler import domain_error_of
from permissions.errors import BodyTooLarge, DomainError, Unavailable

API_PREFIX = "/api/"


def error_body(*, status: int, code: str, detail: str) -> dict[str, Any]:
    """Return the API's error shape with one error."""
    kind = "server_error" if status >= 500 else "client_error"
    return {"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: a malformed request, for instance a host that is not ours."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    error = domain_error_of(exception)
    if isinstance(error, BodyTooLarge):
        return error_answer(error)
    return JsonResponse(error_body(status=400, code="bad_request", detail="Bad request."), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    if not _is_api(request):
        return defaults.permission_denied(request, exception)
    detail = "You do not have permission to perform this action."
    return JsonResponse(error_body(status=403, code="permission_denied", detail=detail), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    if not _is_api(request):
        return defaults.page_not_found(request, exception)
    return JsonResponse(error_body(status=404, code="not_found", detail="Not found."), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: shows nothing of what happened. An outage, in a view or in the middleware before it, is 503."""
    error = domain_error_of(sys.exc_info()[1])
    if isinstance(error, Unavailable):
        return error_answer(error) if _is_api(request) else _plain(error)
    if not _is_api(request):
        return defaults.server_error(request)
    return JsonResponse(error_body(status=500, code="error", detail="Server Error (500)"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW, for views that DRF does not check itself."""
    if not _is_api(request):
        return csrf.csrf_failure(request, reason)
    return JsonResponse(error_body(status=403, code="permission_denied", detail="CSRF check failed."), status=403)


def error_answer(error: DomainError) -> JsonResponse:
    """Return the answer to `error` for a view that is not DRF's."""
    body = error_body(status=error.status, code=error.code, detail=error.detail)
    return JsonResponse(body, status=error.status, headers=_retry(error))


def _plain(error: DomainError) -> HttpResponse:
    return HttpResponse(error.detail, status=error.status, content_type="text/plain", headers=_retry(error))


def _retry(error: DomainError) -> dict[str, str]:
    return {"Retry-After": str(error.retry_after)} if error.retry_after else {}


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API_PREFIX)
