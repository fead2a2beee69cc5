"""The storage page: figures of the files that the person sees, as charts and tables; and a summary."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from permissions.admin.pages import ModelPage
from permissions.admin.tenant import admin_access, has_organization
from permissions.choices import Permission
from uploads.jobs.liveness import worker_seen_within
from uploads.stats.dashboard import accounts_for, dashboard_of
from uploads.stats.figures import figures_for


class StoragePage(ModelPage):
    """Figures of the storage."""

    route = "storage/"
    name = "uploads_upload_storage"
    title = _("Storage")
    template_name = "admin/uploads/pages/storage.html"
    is_fullwidth = True

    def get(self, request: HttpRequest) -> HttpResponseBase:
        figures = dashboard_of(self.access)
        context = {
            "figures": figures,
            "charts": _charts(figures),
            "has_worker": worker_seen_within(),
            "may_open_trash": self.may("delete"),
        }
        return self.render(context)


def storage_summary(request: HttpRequest) -> dict[str, Any]:
    """Return the summary of the storage for the overview; empty for people who may not use the library."""
    access = admin_access(request)
    if not has_organization(access) or not access.has(Permission.MEDIA_VIEW):
        return {}
    return {"figures": figures_for(access), "accounts": accounts_for(access)}


def _charts(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the labels and bytes that the page's script draws."""
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
