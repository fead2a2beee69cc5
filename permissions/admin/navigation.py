"""The sidebar: what this person may use, in the order of `settings.ADMIN_SIDEBAR`."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

Item = dict[str, Any]


def sidebar(request: HttpRequest) -> list[Item]:
    """Return the groups of the sidebar as the theme wants them; called by it on every page."""
    groups: list[Item] = [{"title": "", "items": [_overview()]}]
    for title, models in settings.ADMIN_SIDEBAR:
        items = [_item(label, *shown) for label, *shown in models if _is_usable(label, request)]
        groups += [{"title": title, "separator": True, "items": items}] if items else []
    return groups


def _is_usable(label: str, request: HttpRequest) -> bool:
    owner = admin.site._registry.get(apps.get_model(label))
    return owner is not None and owner.has_view_permission(request)


def _overview() -> Item:
    return {"title": "Overview", "icon": "space_dashboard", "link": reverse("admin:index")}


def _item(label: str, icon: str, title: str = "") -> Item:
    meta = apps.get_model(label)._meta
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return {"title": title or capfirst(meta.verbose_name_plural), "icon": icon, "link": link}
