"""Error pages for people.

Programs get JSON in the error shape; `wants_page` is the one place that tells them apart. The page is one template with
its style inside: it needs no other request, and its Content-Security-Policy allows that style alone.
"""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import error_body
from common.web.url_suggestions import not_found_sentence

API_PREFIX: Final = "/api/"
SHARED_PREFIX: Final = "/s/"
# For programs: people who open one of these in a browser want to see what a program sees.
_FOR_PROGRAMS = (API_PREFIX, "/healthz", "/readyz", "/metrics", "/storage/")


class Message(NamedTuple):
    """The title of a page, and a sentence or two that say what to do. Both are lazy translations."""

    title: Promise
    text: Promise


_LINK = Message(
    gettext_lazy("This link does not open anything"),
    gettext_lazy("It has expired, was revoked, or was not copied in full. Ask the person who sent it for a new one."),
)
_MESSAGES = {
    400: Message(
        gettext_lazy("This request cannot be read"),
        gettext_lazy("The address, or what was sent with it, is not valid. Start again from the library."),
    ),
    403: Message(
        gettext_lazy("You may not see this"),
        gettext_lazy("Ask the person who sent you here, or an administrator of your organization, to give you access."),
    ),
    404: Message(
        gettext_lazy("There is nothing here"),
        gettext_lazy("The address is wrong, or what was here has been moved or deleted."),
    ),
    405: Message(
        gettext_lazy("This address cannot be opened like this"),
        gettext_lazy("It accepts submitted forms only. Go back to the page that you came from and try again."),
    ),
    410: Message(gettext_lazy("This is no longer available"), gettext_lazy("It existed and has expired.")),
    413: Message(
        gettext_lazy("This is too large"),
        gettext_lazy("The server does not take this much at once. Go back and send less."),
    ),
    429: Message(
        gettext_lazy("Too many requests"),
        gettext_lazy("This address was asked for too often in a short time. Wait a moment, then try again."),
    ),
    500: Message(
        gettext_lazy("Something went wrong here"),
        gettext_lazy("The fault is ours and was recorded. Try again; if it happens again, tell an administrator."),
    ),
    503: Message(
        gettext_lazy("This is not available right now"),
        gettext_lazy("A part of the service does not answer. Nothing was lost; try again in a moment."),
    ),
}
_CSRF = Message(
    gettext_lazy("Nothing was saved"),
    gettext_lazy(
        "You signed in again since the form was opened, or cookies are blocked. "
        "Go back, reload the page and send it again."
    ),
)
_TRY_AGAIN = {429, 500, 502, 503, 504}


class ErrorPageMiddleware:
    """Middleware: turns error responses into pages for people, and keeps HTML out of `/api/`.

    Responses that are pages already, such as a form with errors, stay as they are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < 400 or response.streaming:
            return response
        is_page = bool(response.content) and response.headers.get("Content-Type", "").startswith("text/html")
        if request.path_info.startswith(API_PREFIX):
            return _as_json(request, response) if is_page or not response.content else response
        return response if is_page or not wants_page(request) else error_page(request, response)


def wants_page(request: HttpRequest) -> bool:
    """Tell whether a person's browser asks: `Accept` names HTML and does not prefer JSON to it.

    `*/*` alone is a program, an image or a player.
    """
    if request.path_info.startswith(_FOR_PROGRAMS):
        return False
    try:
        accepted = request.accepted_types
    except ValueError:  # a parameter in an encoding that does not exist
        return False
    ranks = {f"{each.main_type}/{each.sub_type}": place for place, each in enumerate(accepted)}
    html, json = ranks.get("text/html"), ranks.get("application/json")
    return html is not None and (json is None or html < json)


def error_page(request: HttpRequest, response: HttpResponse, *, is_csrf: bool = False) -> HttpResponse:
    """Replace the content of an error response by the page for people; its status and headers stay."""
    status = response.status_code
    message = _CSRF if is_csrf else _message_of(request, status)
    style = _style()
    context = {
        "status": status,
        "message": message,
        "style": mark_safe(style.text),  # noqa: S308 (our own file)
        "links": _links(request, status),
        "wait": response.headers.get("Retry-After"),
        "request_id": getattr(request, "request_id", "") if status >= 500 else "",
        "site": settings.UNFOLD["SITE_TITLE"],
    }
    response.content = render_to_string("errors/page.html", context)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers["Content-Security-Policy"] = style.policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers.pop("Content-Length", None)
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response


def _message_of(request: HttpRequest, status: int) -> Message:
    """Return the message of a status. All refusals of a share link read the same and reveal nothing."""
    if request.path_info.startswith(SHARED_PREFIX) and status in {403, 404, 410}:
        return _LINK
    return _MESSAGES.get(status) or _MESSAGES[500 if status >= 500 else 400]


def _links(request: HttpRequest, status: int) -> list[tuple[str, str]]:
    """Return links out of the page: pairs of URL and text, the best one first."""
    home = (reverse("home"), _("Go to the library"))
    if status in _TRY_AGAIN and request.method in {"GET", "HEAD"}:
        return [(request.get_full_path(), _("Try again")), home]
    if status != 403 or request.path_info.startswith(SHARED_PREFIX) or request.method not in {"GET", "HEAD"}:
        return [home]
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return [home]
    return [(f"{reverse('admin:login')}?{urlencode({'next': request.get_full_path()})}", _("Sign in")), home]


def _as_json(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Convert an error that DRF did not answer: pages of DEBUG, and errors of Django without a body."""
    codes = {404: "not_found", 405: "method_not_allowed", 403: "permission_denied"}
    status = response.status_code
    detail = not_found_sentence(request.path_info) if status == 404 else f"{response.reason_phrase}."
    body = error_body(status=status, code=codes.get(status, "error"), detail=detail)
    kept = {name: value for name, value in response.items() if name not in {"Content-Type", "Content-Length"}}
    return JsonResponse(body, status=status, headers=kept)


class _Style(NamedTuple):
    text: str
    policy: str


@cache
def _style() -> _Style:
    """Return the style, and the policy that allows it alone: no script, image, form or frame."""
    text = render_to_string("errors/page.css")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    policy = f"default-src 'none'; sandbox; style-src 'sha256-{digest}'"
    return _Style(text, f"{policy}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
