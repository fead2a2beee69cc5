"""Requests of a page act in the organization that the page shows; where that is not allowed any more, they say so."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from common.errors import DomainError, NotSignedIn
from common.web.error_pages import wants_page
from common.web.error_views import error_answer
from permissions.admin import theme
from permissions.admin.tenant import (
    FIELD,
    HEADER,
    act_by_session,
    admin_access,
    is_astray,
    named_organization,
    page_organization,
    require_person_of_page,
)
from permissions.admin.unsaved_text import typed_texts
from permissions.models import User

View = Callable[..., HttpResponseBase]
# About the person and the session, not about an organization.
OF_THE_PERSON = frozenset(
    {"jsi18n", "logout", "password_change", "password_change_done", "preferences", "switch_organization"}
)
ALWAYS = frozenset({"jsi18n", "logout"})  # also from the page of another person


def in_organization_of_page(view: View, site: Any) -> View:
    """Return `view` acting in the organization that the request names, which the view itself never sees."""

    @wraps(view)
    def acting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name = request.resolver_match and request.resolver_match.url_name
        try:
            if name not in ALWAYS:
                require_person_of_page(request)
            if name not in OF_THE_PERSON:
                admin_access(request)
        except DomainError as error:
            return refusal_page(request, site, error)
        if name in OF_THE_PERSON:
            act_by_session(request)
            return view(request, *args, **kwargs)
        _hide_name(request)
        return _keep_organization(request, view(request, *args, **kwargs))

    return acting


def keep_typed_text(view: View, site: Any) -> View:
    """Return `view` answering a form that is sent after its person was signed out by what was typed into it.

    Django leads to the sign-in page instead, and from there to the empty form.
    """

    @wraps(view)
    def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_form = request.method == "POST" and HEADER not in request.headers and wants_page(request)
        if is_form and not cast(User, request.user).is_authenticated and typed_texts(request):
            return refusal_page(request, site, NotSignedIn())
        return view(request, *args, **kwargs)

    return keeping


def refusal_page(request: HttpRequest, site: Any, error: DomainError) -> HttpResponseBase:
    """Return a page that says what was refused and shows what was typed; the API's error shape for scripts."""
    if HEADER in request.headers:
        return error_answer(error)
    typed = typed_texts(request)
    act_by_session(request)
    context = {
        **site.each_context(request),
        "layout": "admin/base_site.html" if request.user.is_authenticated else theme.UNAUTHENTICATED_LAYOUT,
        "title": "Nothing was changed" if request.method == "POST" else "This page cannot be shown",
        "error": error,
        "typed": typed,
        "files": list(request.FILES),
    }
    request.current_app = site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, "admin/page_refused.html", context, status=error.status)


def _hide_name(request: HttpRequest) -> None:
    """Lists take every parameter for a filter."""
    named_organization(request)
    if FIELD in request.GET:
        query = request.GET.copy()
        del query[FIELD]
        query._mutable = False
        request.GET = query


def _keep_organization(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let a redirect lead on in the organization of the page, where the session has chosen another one since."""
    location = response.headers.get("Location", "")
    address = urlsplit(location)
    inside = address.path.startswith(reverse("admin:index")) or not address.path
    if not location or address.netloc or not inside or not is_astray(request):
        return response
    query = QueryDict(address.query, mutable=True)
    query[FIELD] = page_organization(admin_access(request))
    response.headers["Location"] = urlunsplit(address._replace(query=query.urlencode()))
    return response
