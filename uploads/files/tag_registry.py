"""Sources of tags besides files: suggestions offer an organization's tags wherever an app uses them."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from permissions.access import Access

TagIds = QuerySet[Any, Any]  # one column: ids of tags
TagSource = Callable[[Access], TagIds]

_sources: list[TagSource] = []


def register_tag_source(source: TagSource) -> None:
    """Offer the tags whose ids `source(access)` returns: those that a caller may know. In `registrations.py`."""
    _sources.append(source)


def registered_tag_ids(access: Access) -> list[TagIds]:
    """Return a queryset of the ids of tags for every registered source."""
    return [source(access) for source in _sources]
