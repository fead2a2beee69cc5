"""The representation of media items: that of their uploads, and the fields of their own."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request

from media_library.models import MediaItem
from media_library.playback.player_urls import stable_hls_url
from media_library.services.statuses import percent_done
from permissions.access import Access
from uploads.api.representation import represent_upload, represent_uploads
from uploads.choices import RenditionKind
from uploads.models import Upload
from uploads.serving.file_urls import origin_of, thumbnail_url

Row = dict[str, Any]
_COLUMNS = (
    *("pk", "media_type", "status", "duration_seconds", "hls_key", "error"),
    *("attempt_prefix", "progress", "job__progress"),
)


def represent_media_items(uploads: QuerySet[Any, Any] | Iterable[Row], access: Access, request: Request) -> list[Row]:
    """Return the representation of `uploads`, all of them media items. One query more than `represent_uploads`."""
    return _with_own_fields(represent_uploads(uploads, access, request), request)


def represent_media_item(upload: Upload, access: Access, request: Request) -> Row:
    """Return the representation of one media item as it is in the database now, with `used_in`."""
    return _with_own_fields([represent_upload(upload, access, request)], request)[0]


def _with_own_fields(uploads: list[Row], request: Request) -> list[Row]:
    origin = origin_of(request)
    items = media_rows([UUID(row["id"]) for row in uploads])
    return [{**upload, **_own_fields(upload, items[upload["id"]], origin)} for upload in uploads]


def media_rows(ids: Collection[UUID]) -> dict[str, Row]:
    """Return the columns of media items by their id as text. One query."""
    return {str(row["pk"]): row for row in MediaItem.everything.filter(pk__in=ids).order_by().values(*_COLUMNS)}


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
