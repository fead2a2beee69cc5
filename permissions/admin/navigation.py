"""The sidebar: what this person may use, in the order of `settings.ADMIN_SIDEBAR`."""

from typing import NotRequired, TypedDict

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from permissions.admin.pages import PagesAdmin


class Item(TypedDict):
    """A link, as the theme takes it."""

    title: str
    icon: str
    link: str
    active: NotRequired[bool]


class Group(TypedDict):
    title: str
    items: list[Item]
    separator: NotRequired[bool]


def sidebar(request: HttpRequest) -> list[Group]:
    """Return the groups of the sidebar as the theme takes them; it calls this on every page."""
    groups = [Group(title="", items=[_overview()])]
    for title, entries in settings.ADMIN_SIDEBAR:
        items = [_item(*entry) for entry in entries if _is_usable(entry[0], request)]
        groups += [Group(title=str(title), separator=True, items=items)] if items else []
    _mark_current(groups, request.path)
    return groups


def _mark_current(groups: list[Group], path: str) -> None:
    """Mark the entry that leads nearest to `path`: on a page below a list, the page and not the list."""
    items = [item for group in groups for item in group["items"]]
    overview, *others = (item["link"] for item in items)
    leading = [link for link in others if path.startswith(link)]
    current = max(leading, key=len, default=overview if path == overview else "")
    for item in items:
        item["active"] = item["link"] == current


def _is_usable(name: str, request: HttpRequest) -> bool:
    if _is_page(name):
        return any(
            page.is_open(request, model_admin)
            for model_admin in admin.site._registry.values()
            if isinstance(model_admin, PagesAdmin)
            for page in model_admin.extra_pages
            if name == f"admin:{page.name}"
        )
    owner = admin.site._registry.get(apps.get_model(name))
    return owner is not None and owner.has_view_permission(request)


def _overview() -> Item:
    return Item(title=_("Overview"), icon="space_dashboard", link=reverse("admin:index"))


def _is_page(name: str) -> bool:
    return name.startswith("admin:")


def _item(name: str, icon: str, title: str | Promise = "") -> Item:
    if _is_page(name):
        return Item(title=str(title), icon=icon, link=reverse(name))
    meta = apps.get_model(name)._meta
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return Item(title=str(title or capfirst(str(meta.verbose_name_plural))), icon=icon, link=link)
