"""The admin site: organization switcher, explanation for those who belong nowhere, nothing that crosses."""

from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from permissions.access import scope
from permissions.admin import theme
from permissions.admin.preferences import preferences_view
from permissions.admin.sign_in import SignInForm
from permissions.admin.tenant import (
    EVERYWHERE,
    act_by_session,
    admin_access,
    choose_organization,
    is_bound,
    named_organization,
    organizations_of,
    page_organization,
)
from permissions.admin.tenant_requests import in_organization_of_page, keep_typed_text
from permissions.errors import NotAMember
from permissions.models import User

OFFERED = 100


class LibraryAdminSite(theme.AdminSite):
    """Django's admin site under this project's access rule."""

    login_form = SignInForm
    index_template = "admin/library_index.html"
    index_title = "Overview"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out the redirect to any object by content type and id (it tells which ids exist); add the switcher."""
        kept = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [
            path("organization/", self.admin_view(self.switch_organization), name="switch_organization"),
            path("preferences/", self.admin_view(partial(preferences_view, self)), name="preferences"),
            *kept,
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Let every page of the admin act in the organization that it shows (see `page_requests`)."""
        return keep_typed_text(super().admin_view(in_organization_of_page(view, self), cacheable), self)

    def catch_all_view(self, request: HttpRequest, url: str) -> HttpResponse:
        """Redirect to the address with its slash only what reads: a redirected write would be lost."""
        if request.method not in {"GET", "HEAD"}:
            raise Http404
        return super().catch_all_view(request, url)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the form, or sign in; 429 after too many failures (see `signing_in`)."""
        act_by_session(request)
        response = super().login(request, extra_context)
        if wait := getattr(request, "retry_after", 0):
            response.status_code = 429
            response["Retry-After"] = str(wait)
        if guard := getattr(request, "sign_in_guard", None):
            guard.remember_device(response)
        return response

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request) | {"csrf_cookie": settings.CSRF_COOKIE_NAME}
        get_token(request)  # sets the cookie, which the scripts of every page read when they send
        if not self.has_permission(request):
            return context
        access = admin_access(request)
        own = organizations_of(cast(User, request.user))
        organizations = list(own[:OFFERED])
        current = next((row for row in organizations if row.pk == access.organization_id), None)
        if current is None and access.organization_id:
            current = scope(own, access, "pk").first()
        return context | {
            "page_organization": page_organization(access),
            "names_organization": bool(named_organization(request)),
            "organizations": organizations,
            "current_organization": current,
            "acts_everywhere": access.everywhere,
            "acts_nowhere": not is_bound(access),
            "everywhere": EVERYWHERE,
        }

    @method_decorator(require_POST)
    def switch_organization(self, request: HttpRequest) -> HttpResponse:
        """Act in another organization from now on; the overview is the one page that exists in all of them."""
        try:
            choose_organization(request, request.POST.get("organization", ""))
        except NotAMember as error:
            messages.error(request, error.detail)
        return redirect("admin:index")

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The theme's search caches results per person, whatever the organization: its address leads nowhere."""
        raise Http404

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Explain, rather than fail, to staff whom nobody has given a role yet."""
        if is_bound(admin_access(request)):
            return super().index(request, extra_context)
        context = {**self.each_context(request), "title": "No organization yet", **(extra_context or {})}
        request.current_app = self.name
        return TemplateResponse(request, "admin/no_organization.html", context)
