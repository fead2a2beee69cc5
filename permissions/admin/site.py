"""The admin site: its pages act in one organization, and none of them crosses organizations."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.access import scope
from permissions.admin import theme
from permissions.admin.organization_switch import OrganizationSwitch
from permissions.admin.preferences import PreferencesPage
from permissions.admin.request_state import state_of
from permissions.admin.sign_in import SignInForm
from permissions.admin.site_response import site_response
from permissions.admin.tenant import (
    EVERYWHERE,
    act_by_session,
    admin_access,
    has_organization,
    named_organization,
    organizations_of,
    page_organization,
    person_of,
)
from permissions.admin.tenant_requests import in_organization_of_page, keep_typed_text
from permissions.models import Organization
from permissions.services.installation import has_accounts

LINK = '<a class="underline" href="{}">{}</a>'
MAX_ORGANIZATIONS = 100  # in the switcher

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class LibraryAdminSite(theme.AdminSite):
    """Django's admin site under this project's access rule."""

    login_form = SignInForm
    index_template = "admin/library_index.html"
    index_title = gettext_lazy("Overview")
    extra_pages = (OrganizationSwitch, PreferencesPage)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out the redirect to any object by content type and id, which reveals which ids exist."""
        kept = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [*(page.url(self) for page in self.extra_pages), *kept]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Let every page of the admin act in the organization that it shows (see `tenant_requests`)."""
        return cast(View, keep_typed_text(super().admin_view(in_organization_of_page(view, self), cacheable), self))

    def catch_all_view(self, request: HttpRequest, url: str) -> HttpResponse:
        """Redirect reads alone to the address with its slash: a redirected write would be lost."""
        if request.method not in {"GET", "HEAD"}:
            raise Http404
        return super().catch_all_view(request, url)

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person works in the admin: as staff, or by a role."""
        return bool(getattr(request.user, "works_in_admin", False))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the form, or sign in; 429 after too many failures (see `sign_in`)."""
        if request.method == "GET" and not has_accounts():
            return redirect("account:setup")
        act_by_session(request)
        response: HttpResponse = super().login(request, extra_context)
        state = state_of(request)
        if hasattr(state, "retry_after"):
            response.status_code = 429
            response["Retry-After"] = str(state.retry_after)
        if hasattr(state, "sign_in_guard"):
            state.sign_in_guard.remember_device(response)
        return response

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add what every page shows: the organization of the page, and those that the person can switch to."""
        context = super().each_context(request) | {"csrf_cookie": settings.CSRF_COOKIE_NAME}
        get_token(request)  # sets the cookie, which the scripts of every page read when they send
        if not self.has_permission(request):
            return context
        access = admin_access(request)
        own = organizations_of(person_of(request))
        organizations = list(own[:MAX_ORGANIZATIONS])
        current = next((row for row in organizations if row.pk == access.organization_id), None)
        if current is None and access.organization_id:
            current = scope(own, access, "pk").first()
        return context | {
            "page_organization": page_organization(access),
            "names_organization": bool(named_organization(request)),
            "organizations": organizations,
            "current_organization": current,
            "acts_everywhere": access.everywhere,
            "acts_nowhere": not has_organization(access),
            "everywhere": EVERYWHERE,
        }

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Disable the theme's search, which caches results by person and not by organization."""
        raise Http404

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show an explanation to staff without a role."""
        access = admin_access(request)
        if access.everywhere and not Organization.objects.exists():
            text = _("There is no organization yet, and files belong to one. {add}: you become its administrator.")
            link = format_html(LINK, reverse("admin:permissions_organization_add"), _("Add the first organization"))
            messages.info(request, format_html(text, add=link))
        if has_organization(access):
            return super().index(request, extra_context)
        context = {"title": _("No organization yet"), **(extra_context or {})}
        return site_response(request, self, "admin/no_organization.html", context)
