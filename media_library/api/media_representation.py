"""The representation of media items: that of their uploads, and the fields of their own."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request

from common.db.statements import Statement
from media_library.playback.player_urls import stable_hls_url
from media_library.services.statuses import percent_done
from permissions.access import Access
from uploads.api.paging import upload_rows
from uploads.api.representation import represent_uploads, with_usages
from uploads.choices import RenditionKind
from uploads.models import Upload
from uploads.serving.file_urls import origin_of, thumbnail_url

Row = dict[str, Any]
_COLUMNS = (
    *("media_type", "status", "duration_seconds", "hls_key", "error"),
    *("attempt_prefix", "progress", "job__progress"),
)


def media_item_rows(page: QuerySet[Any, Any], access: Access) -> QuerySet[Any, Row]:
    """Return the rows of `page` as `represent_media_items` takes them. One query."""
    return upload_rows(page, access, *(f"mediaitem__{name}" for name in _COLUMNS))


def represent_media_items(rows: Iterable[Row], access: Access, request: Request) -> list[Row]:
    """Return the representation of each of `rows`, which are those of `media_item_rows`. No query."""
    rows = list(rows)
    origin = origin_of(request)
    uploads = represent_uploads(rows, access, request)
    return [{**upload, **_own_fields(upload, _item(row), origin)} for upload, row in zip(uploads, rows, strict=True)]


def represent_media_item(upload: Upload, access: Access, request: Request) -> Row:
    """Return the representation of one media item as it is in the database now, with `used_in`."""
    (payload,) = represent_media_items(Statement(_one_item, (upload.pk, access)).fetch(), access, request)
    return with_usages(payload, upload.pk, access)


def _one_item(pk: UUID, access: Access) -> QuerySet[Any, Row]:
    return media_item_rows(Upload.everything.filter(pk=pk), access)


def _item(row: Row) -> Row:
    return {name: row[f"mediaitem__{name}"] for name in _COLUMNS}


def _own_fields(upload: Row, item: Row, origin: str) -> Row:
    poster = thumbnail_url(origin, upload["id"], upload["filename"], RenditionKind.LARGE)
    return {
        "media_type": item["media_type"],
        "status": item["status"],
        "duration_seconds": item["duration_seconds"],
        "progress": percent_done(item),
        "hls_url": stable_hls_url(origin, upload["id"]) if item["hls_key"] else None,
        "poster_url": poster if upload["thumbnail_url"] else None,
        "error": item["error"],
    }
