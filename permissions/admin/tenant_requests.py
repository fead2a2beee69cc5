"""Requests of a page act in the organization that the page shows; an error page explains if they no longer may."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import DomainError, NotSignedIn
from common.web.error_pages import wants_page
from common.web.error_views import error_response
from permissions.admin import theme
from permissions.admin.request_state import state_of
from permissions.admin.site_response import site_response
from permissions.admin.tenant import (
    FIELD,
    HEADER,
    act_by_session,
    admin_access,
    leaves_session_organization,
    named_organization,
    page_organization,
    require_person_of_page,
)
from permissions.admin.unsaved_text import typed_texts

View = Callable[..., HttpResponseBase]
# About the person and the session, not about an organization.
PERSONAL = frozenset(
    {"jsi18n", "logout", "password_change", "password_change_done", "preferences", "switch_organization"}
)
OF_ANY_PERSON = frozenset({"jsi18n", "logout"})  # also from a page that another person opened


def in_organization_of_page(view: View, site: AdminSite) -> View:
    """Return `view` in the organization that the request names; the view does not see the name."""

    @wraps(view)
    def in_organization(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name = request.resolver_match and request.resolver_match.url_name
        try:
            if name not in OF_ANY_PERSON:
                require_person_of_page(request)
            if name not in PERSONAL:
                admin_access(request)
        except DomainError as error:
            return refusal_page(request, site, error)
        if name in PERSONAL:
            act_by_session(request)
            return view(request, *args, **kwargs)
        _hide_name(request)
        return _keep_organization(request, view(request, *args, **kwargs))

    return in_organization


def keep_typed_text(view: View, site: AdminSite) -> View:
    """Return `view`, which answers a form of a person who was signed out meanwhile with the typed text.

    Django would redirect to the sign-in page, and from there to the empty form.
    """

    @wraps(view)
    def with_typed_text(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_form = request.method == "POST" and HEADER not in request.headers and wants_page(request)
        if is_form and not request.user.is_authenticated and typed_texts(request):
            return refusal_page(request, site, NotSignedIn())
        return view(request, *args, **kwargs)

    return with_typed_text


def refusal_page(request: HttpRequest, site: AdminSite, error: DomainError) -> HttpResponseBase:
    """Return a page with the error and the typed text, or the API's error shape for scripts."""
    if HEADER in request.headers:
        return error_response(error)
    typed = typed_texts(request)
    act_by_session(request)
    context = {
        "layout": "admin/base_site.html" if request.user.is_authenticated else theme.UNAUTHENTICATED_LAYOUT,
        "title": _("Nothing was changed") if request.method == "POST" else _("This page cannot be shown"),
        "error": error,
        "typed": typed,
        "files": list(request.FILES),
    }
    return site_response(request, site, "admin/page_refused.html", context, status=error.status)


def _hide_name(request: HttpRequest) -> None:
    """Remove the organization from the parameters of the request, since lists take every parameter for a filter."""
    named_organization(request)
    if FIELD in request.GET:
        query = request.GET.copy()
        del query[FIELD]
        query._mutable = False
        state_of(request).GET = query


def _keep_organization(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Add the organization of the page to a redirect, if the session has chosen another one since."""
    location = response.headers.get("Location", "")
    address = urlsplit(location)
    is_inside = address.path.startswith(reverse("admin:index")) or not address.path
    if not location or address.netloc or not is_inside or not leaves_session_organization(request):
        return response
    query = QueryDict(address.query, mutable=True)
    query[FIELD] = page_organization(admin_access(request))
    response.headers["Location"] = urlunsplit(address._replace(query=query.urlencode()))
    return response
