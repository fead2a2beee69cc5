"""Files embedded in other representations.

An embedded file always has its id. If the caller may not see the file, or if it is in the trash, `visible` is false and
every other field is null. The access rule of files decides.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from common.db.stand_ins import Ids
from common.db.statements import Statement
from permissions.access import Access
from permissions.choices import Action
from uploads.models import Upload
from uploads.serving.file_urls import download_url, file_url, thumbnail_url

Row = dict[str, Any]

_COLUMNS = ("id", "filename", "original_filename", "title", "mime_type", "size", "page_count", "has_thumbnail")
_FIELDS = ("title", "original_filename", "mime_type", "size", "page_count", "url", "download_url", "thumbnail_url")


class EmbeddedFileSerializer(serializers.Serializer):
    """A file that another representation refers to."""

    id = serializers.UUIDField()
    visible = serializers.BooleanField(help_text="False if the caller may not see the file: all other fields are null.")
    title = serializers.CharField(allow_null=True)
    original_filename = serializers.CharField(allow_null=True)
    mime_type = serializers.CharField(allow_null=True)
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    page_count = serializers.IntegerField(allow_null=True)
    url = serializers.CharField(allow_null=True)
    download_url = serializers.CharField(allow_null=True)
    thumbnail_url = serializers.CharField(allow_null=True)


def visible_files(ids: Iterable[UUID | None], access: Access, origin: str) -> dict[UUID, Row]:
    """Return the embedded fields of those of `ids` that the caller may see, by id. One query."""
    rows = Statement(_visible_rows, (access, Ids({pk for pk in ids if pk}))).fetch()
    return {row["id"]: _represent(row, origin) for row in rows}


def _visible_rows(access: Access, ids: Ids) -> QuerySet[Any, Row]:
    return Upload.objects.allowing(access, Action.VIEW).among(ids).order_by().values(*_COLUMNS)


def embedded_file(pk: UUID, visible: dict[UUID, Row]) -> Row:
    """Return the embedded representation of the file `pk`; `visible` are the files that the caller may see."""
    return {"id": str(pk), "visible": pk in visible, **visible.get(pk, dict.fromkeys(_FIELDS))}


def _represent(row: Row, origin: str) -> Row:
    name = (origin, row["id"], row["filename"])
    return {
        **{field: row[field] for field in ("title", "original_filename", "mime_type", "size", "page_count")},
        "url": file_url(*name),
        "download_url": download_url(*name),
        "thumbnail_url": thumbnail_url(*name) if row["has_thumbnail"] else None,
    }
