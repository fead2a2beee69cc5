"""List parameters of library resources."""

from typing import Any

from common.errors import Invalid
from permissions.access import Access
from permissions.filtering import Filter, a_text, any_of, one_of
from resources.api.library_serializers import UNSUPPORTED
from resources.choices import ATTRIBUTES, LibraryStatus, LibraryType


def _a_type(text: str) -> str:
    if text not in LibraryType.values:
        raise Invalid(f"Library resources are {', '.join(LibraryType.values)}.", attr="type", code=UNSUPPORTED)
    return text


def _found(rows: Any, values: list[str], access: Access) -> Any:
    return rows.found(values[0])


LIBRARY_FILTERS: dict[str, Filter] = {
    "type": Filter(_a_type, any_of("type"), True, {"type": "string", "enum": LibraryType.values}),
    **{name: Filter(a_text, any_of(name), True) for name in ATTRIBUTES},
    "status": Filter(one_of(LibraryStatus), any_of("status"), True, {"type": "string", "enum": LibraryStatus.values}),
    "search": Filter(a_text, _found, description="All the words, each in the name or an attribute."),
}
LIBRARY_ORDERINGS = {"-created_at": ("-created_at", "-id"), "created_at": ("created_at", "id")}
