"""The filters in force, each as a chip that takes it away."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.db.ids import parse_id
from permissions.access import Access, scope
from permissions.choices import Permission
from permissions.models import User
from uploads.admin.browser.page import TYPES, VISIBILITIES
from uploads.admin.browser.state import BrowserState

SAID = {
    "created_after": "Added from {}",
    "created_before": "Added before {}",
    "category": "Category: {}",
    "mime_type": "{}",
    "search": "“{}”",
    "size_max": "At most {} bytes",
    "size_min": "At least {} bytes",
    "tag": "Tag: {}",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """`without` is the query string of the list when the chip is taken away."""

    text: str
    without: str


def chips_of(state: BrowserState, access: Access) -> list[Chip]:
    """Return a chip for every value of every filter. One query where people are among them."""
    people = _people(state.parameters.get("uploaded_by", []), access)
    return [
        Chip(_said(name, value, people), state.without(name, value).query())
        for name, value in _values(state)
        if name != "search"
    ]


def _values(state: BrowserState) -> Iterator[tuple[str, str]]:
    for name, values in state.parameters.items():
        for value in values:
            yield name, value


def _said(name: str, value: str, people: dict[str, str]) -> str:
    if name == "type":
        return TYPES.get(value, value)
    if name == "visibility":
        return VISIBILITIES.get(value, value)
    if name == "in_use":
        return "In use" if value.lower() in ("true", "1") else "Not in use"
    if name == "uploaded_by":
        return f"By {people.get(value, 'somebody')}"
    return SAID.get(name, "{}").format(value)


def _people(ids: list[str], access: Access) -> dict[str, str]:
    """Names of those whose files are asked for: somebody from elsewhere stays unnamed."""
    wanted = [pk for pk in map(parse_id, ids) if pk]
    if not wanted:
        return {}
    people = User.objects.filter(pk__in=wanted)
    people = scope(people, access, "memberships__organization").distinct()
    if not access.has(Permission.MEDIA_VIEW_ALL):
        people = people.filter(pk=access.user_id)
    return {str(pk): name for pk, name in people.values_list("pk", "username")}
