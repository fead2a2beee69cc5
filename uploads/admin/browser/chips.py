"""The filters in force, each as a chip that removes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.db.ids import parse_id
from permissions.access import Access, scope
from permissions.choices import Permission
from permissions.models import User
from uploads.admin.browser.query import TYPES, VISIBILITIES
from uploads.admin.browser.state import BrowserState

TEXTS: dict[str, Promise] = {
    "created_after": gettext_lazy("Added from %(value)s"),
    "created_before": gettext_lazy("Added before %(value)s"),
    "category": gettext_lazy("Category: %(value)s"),
    "size_max": gettext_lazy("At most %(value)s bytes"),
    "size_min": gettext_lazy("At least %(value)s bytes"),
    "tag": gettext_lazy("Tag: %(value)s"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """`without` is the query string of the list without the chip."""

    text: str
    without: str


def chips_of(state: BrowserState, access: Access) -> list[Chip]:
    """Return a chip for every value of every filter. One query where people are among them."""
    people = _people(state.parameters.get("uploaded_by", []), access)
    return [
        Chip(_text(name, value, people), state.without(name, value).query())
        for name, value in _values(state)
        if name != "search"
    ]


def _values(state: BrowserState) -> Iterator[tuple[str, str]]:
    for name, values in state.parameters.items():
        for value in values:
            yield name, value


def _text(name: str, value: str, people: dict[str, str]) -> str:
    if name == "type":
        return str(TYPES.get(value, value))
    if name == "visibility":
        return str(VISIBILITIES.get(value, value))
    if name == "in_use":
        return _("In use") if value.lower() in ("true", "1") else _("Not in use")
    if name == "uploaded_by":
        return _("By %(name)s") % {"name": people[value]} if value in people else _("By another person")
    return str(TEXTS[name] % {"value": value}) if name in TEXTS else value


def _people(ids: list[str], access: Access) -> dict[str, str]:
    """Return the names of the people in the filter by id. People outside of the organization are not named."""
    wanted = [pk for pk in map(parse_id, ids) if pk]
    if not wanted:
        return {}
    people = User.objects.filter(pk__in=wanted)
    people = scope(people, access, "memberships__organization").distinct()
    sees_all = access.has(Permission.MEDIA_VIEW_ALL)
    names = people.values_list("pk", "username")
    return {str(pk): name for pk, name in names if sees_all or pk == access.user_id}
