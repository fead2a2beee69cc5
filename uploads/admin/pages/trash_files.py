"""The representation of a deleted file on the pages of the trash."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from uploads.admin.browser.query import TYPE_ICONS, TYPES
from uploads.files.retention import retention_days

COLUMNS = (
    *("id", "title", "original_filename", "type", "size", "usage_count", "deleted_at"),
    *("uploaded_by__username", "deleted_by__username", "organization__slug"),
)

Files = list[dict[str, Any]]


def represent_trashed(rows: Iterable[dict[str, Any]]) -> Files:
    """Return rows of COLUMNS with their texts; `days_left` is None if no job purges the trash."""
    now, days = timezone.now(), retention_days()
    return [
        {
            **row,
            "name": row["title"] or row["original_filename"],
            "icon": TYPE_ICONS.get(row["type"], "image"),
            "type_text": TYPES[row["type"]],
            "days_left": None if days is None else _days_left(now - row["deleted_at"], days),
        }
        for row in rows
    ]


def _days_left(age: timedelta, days: int) -> int:
    return max(0, -((age - timedelta(days=days)) // timedelta(days=1)))
