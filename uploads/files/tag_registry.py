"""Where else than on files an organization's tags are used, so that suggestions offer them."""

from collections.abc import Callable
from typing import Any

from permissions.access import Access

TagIds = Callable[[Access], Any]

_sources: list[TagIds] = []


def register_words(tag_ids: TagIds) -> None:
    """Have `tag_ids(access)`, a queryset of the ids of tags that a caller may know of, count. In `registrations.py`."""
    _sources.append(tag_ids)


def tag_ids_elsewhere(access: Access) -> list[Any]:
    """A queryset of ids for every place that was registered."""
    return [tag_ids(access) for tag_ids in _sources]
