"""Files inside the answers about other things: as much as the caller may see of each.

An embedded file keeps its id whoever asks; of one that the caller may not see, or that is in the trash, `visible` is
false and everything else null. One rule decides that, the one of the files themselves.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers

from permissions.access import Access
from permissions.choices import Action
from uploads.models import Upload
from uploads.serving.file_urls import download_url, file_url, thumbnail_url

Row = dict[str, Any]

_READ = ("id", "filename", "original_filename", "title", "mime_type", "size", "page_count", "has_thumbnail")
_SHOWN = ("title", "original_filename", "mime_type", "size", "page_count", "url", "download_url", "thumbnail_url")


class EmbeddedFileSerializer(serializers.Serializer):
    """A file that the answer refers to."""

    id = serializers.UUIDField()
    visible = serializers.BooleanField(help_text="False: the caller may not see it, and the rest is null.")
    title = serializers.CharField(allow_null=True)
    original_filename = serializers.CharField(allow_null=True)
    mime_type = serializers.CharField(allow_null=True)
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    page_count = serializers.IntegerField(allow_null=True)
    url = serializers.CharField(allow_null=True)
    download_url = serializers.CharField(allow_null=True)
    thumbnail_url = serializers.CharField(allow_null=True)


def seen_files(ids: Iterable[UUID | None], access: Access, origin: str) -> dict[UUID, Row]:
    """Return what to show of those of `ids` that the caller may see, by id. One query, however many."""
    rows = Upload.objects.allowing(access, Action.VIEW).filter(pk__in={pk for pk in ids if pk})
    return {row["id"]: _represent(row, origin) for row in rows.order_by().values(*_READ)}


def embedded_file(pk: UUID, seen: dict[UUID, Row]) -> Row:
    """Return how the file `pk` is embedded, where `seen` is what the caller may see."""
    return {"id": str(pk), "visible": pk in seen, **seen.get(pk, dict.fromkeys(_SHOWN))}


def _represent(row: Row, origin: str) -> Row:
    name = (origin, row["id"], row["filename"])
    return {
        **{field: row[field] for field in ("title", "original_filename", "mime_type", "size", "page_count")},
        "url": file_url(*name),
        "download_url": download_url(*name),
        "thumbnail_url": thumbnail_url(*name) if row["has_thumbnail"] else None,
    }
