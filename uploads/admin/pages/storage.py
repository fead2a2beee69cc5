"""The storage page: figures of what the person sees, as charts with tables beside them; and its short form."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from permissions.admin.tenant import admin_access, is_bound
from permissions.choices import Permission
from uploads.jobs.liveness import worker_seen_within
from uploads.stats.dashboard import accounts_for, dashboard_of
from uploads.stats.figures import figures_for


class StorageMixin:
    """Adds the page to the admin of files."""

    def get_urls(self) -> list:
        admin: Any = self
        page = path("storage/", admin.admin_site.admin_view(self.storage_view), name="uploads_upload_storage")
        return [page, *super().get_urls()]  # type: ignore[misc]

    @method_decorator(require_GET)
    def storage_view(self, request: HttpRequest) -> HttpResponse:
        admin: Any = self
        if not admin.has_view_permission(request):
            raise PermissionDenied
        figures = dashboard_of(admin_access(request))
        context = {
            **admin.admin_site.each_context(request),
            "title": "Storage",
            "is_fullwidth": "1",
            "figures": figures,
            "charts": _charts(figures),
            "has_worker": worker_seen_within(),
            "may_open_trash": admin.has_delete_permission(request),
        }
        request.current_app = admin.admin_site.name  # type: ignore[attr-defined]
        return TemplateResponse(request, "admin/uploads/pages/storage.html", context)


def storage_summary(request: HttpRequest) -> dict[str, Any]:
    """What the overview says of the storage; nothing for those who may not use the library."""
    access = admin_access(request)
    if not is_bound(access) or not access.has(Permission.MEDIA_VIEW):
        return {}
    return {"figures": figures_for(access), "accounts": accounts_for(access)}


def _charts(figures: dict[str, Any]) -> dict[str, Any]:
    """What the page's script draws: labels and bytes."""
    charts = {
        "growth": {
            "labels": [date_format(row["month"], "M Y") for row in figures["growth"]],
            "sizes": [row["size"] for row in figures["growth"]],
        },
        "types": {
            "labels": [row["name"] for row in figures["by_type"]],
            "sizes": [row["size"] for row in figures["by_type"]],
        },
    }
    people = figures.get("by_user", [])[:10]
    charts["users"] = {
        "labels": [row["user"]["username"] for row in people],
        "sizes": [row["size"] for row in people],
    }
    return charts
