"""The sidebar: what this person may use, in the order of `settings.ADMIN_SIDEBAR`."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from permissions.admin.tenant import admin_access
from permissions.choices import Permission

Item = dict[str, Any]


def sidebar(request: HttpRequest) -> list[Item]:
    """Return the groups of the sidebar as the theme wants them; called by it on every page."""
    groups: list[Item] = [{"title": "", "items": [_overview()]}]
    for title, entries in settings.ADMIN_SIDEBAR:
        items = [_item(*entry) for entry in entries if _is_usable(entry, request)]
        groups += [{"title": title, "separator": True, "items": items}] if items else []
    _mark_current(groups, request.path)
    return groups


def _mark_current(groups: list[Item], path: str) -> None:
    """Of entries that lead here or above it, only the nearest: a page below a list is not the list."""
    items = [item for group in groups for item in group["items"]]
    overview, *others = (str(item["link"]) for item in items)
    leading = [link for link in others if path.startswith(link)]
    current = max(leading, key=len, default=overview if path == overview else "")
    for item in items:
        item["active"] = item["link"] == current


def _is_usable(entry: tuple, request: HttpRequest) -> bool:
    label, *_ = entry
    if _is_page(label):
        access = admin_access(request)
        return any(all(access.has(Permission(name)) for name in names) for names in entry[3])
    owner = admin.site._registry.get(apps.get_model(label))
    return owner is not None and owner.has_view_permission(request)


def _overview() -> Item:
    return {"title": "Overview", "icon": "space_dashboard", "link": reverse("admin:index")}


def _is_page(label: str) -> bool:
    return label.startswith("admin:")


def _item(label: str, icon: str, title: str = "", needed: Any = None) -> Item:
    if _is_page(label):
        return {"title": title, "icon": icon, "link": reverse(label)}
    meta = apps.get_model(label)._meta
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return {"title": title or capfirst(meta.verbose_name_plural), "icon": icon, "link": link}
