"""Error responses outside of DRF: the error shape for programs, a page for people."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop as _

from common.errors import (
    BadRequest,
    BodyTooLarge,
    Bug,
    Denied,
    DomainError,
    NotFound,
    RequestTimeout,
    Unavailable,
    error_body,
)
from common.rest.exceptions import domain_error_of
from common.web.error_pages import API_PREFIX, error_page, wants_page
from common.web.url_suggestions import not_found_sentence


class CsrfFailed(Denied):
    """403: the request does not prove that one of our pages made it."""

    detail = _("CSRF check failed.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: a malformed request, for instance a host that is not ours."""
    error = domain_error_of(exception)
    return negotiated_error(request, error if isinstance(error, BodyTooLarge) else BadRequest())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return negotiated_error(request, Denied())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404. Below `/api/` the sentence suggests the address that was probably meant."""
    return negotiated_error(request, NotFound(not_found_sentence(request.path_info) if _is_api(request) else ""))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: shows no details.

    Exceptions are an outage (503) and a body that was too large (413) or too slow (408), in a view or in middleware.
    """
    error = domain_error_of(sys.exc_info()[1])
    has_own_response = isinstance(error, Unavailable | BodyTooLarge | RequestTimeout)
    return negotiated_error(request, error if error and has_own_response else Bug())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW, for views that DRF does not check itself."""
    return negotiated_error(request, CsrfFailed())


def negotiated_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the answer to `error`: a page for a person's browser, the error shape for everything else.

    Outside of `/api/` a request without an `Accept` header gets the page too, as Django's own handlers answer it.
    """
    response = error_response(error)
    if wants_page(request) or not (_is_api(request) or "Accept" in request.headers):
        return error_page(request, response, is_csrf=isinstance(error, CsrfFailed))
    return response


def error_response(error: DomainError) -> JsonResponse:
    """Return the answer to `error` for a program, from a view that is not DRF's."""
    body = error_body(status=error.status, code=error.code, detail=error.detail)
    body["errors"][0] |= {"attr": error.attr} | ({"items": error.items} if error.items is not None else {})
    retry = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return JsonResponse(body, status=error.status, headers=retry)


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API_PREFIX)
