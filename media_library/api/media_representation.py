"""How a media item looks to a caller: its upload, and what was made of it."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from media_library.models import MediaItem
from media_library.playback.player_urls import stable_hls_url
from media_library.services.statuses import percent_done
from permissions.access import Access
from uploads.api.representation import represent_upload, represent_uploads
from uploads.choices import RenditionKind
from uploads.models import Upload
from uploads.serving.file_urls import origin_of, thumbnail_url

Row = dict[str, Any]
_OWN = (
    *("pk", "media_type", "status", "duration_seconds", "hls_key", "error"),
    *("attempt_prefix", "progress", "job__progress"),
)


def represent_media_items(uploads: QuerySet[Any, Any] | Iterable[Row], access: Access, request: Any) -> list[Row]:
    """Return the answer for each of `uploads`, which all are media items: as `represent_uploads`, and one query."""
    return _completed(represent_uploads(uploads, access, request), request)


def represent_media_item(upload: Upload, access: Access, request: Any) -> Row:
    """Return the answer for one media item as it is in the database now, with `used_in`."""
    return _completed([represent_upload(upload, access, request)], request)[0]


def _completed(shown: list[Row], request: Any) -> list[Row]:
    origin = origin_of(request)
    items = media_rows([row["id"] for row in shown])
    return [{**row, **_own(row, items[row["id"]], origin)} for row in shown]


def media_rows(ids: Collection[UUID | str]) -> dict[str, Row]:
    """What media items have of their own, by the id as answers have it. One query."""
    return {str(row["pk"]): row for row in MediaItem.everything.filter(pk__in=ids).order_by().values(*_OWN)}


def _own(shown: Row, item: Row, origin: str) -> Row:
    poster = thumbnail_url(origin, shown["id"], shown["filename"], RenditionKind.LARGE)
    return {
        "media_type": item["media_type"],
        "status": item["status"],
        "duration_seconds": item["duration_seconds"],
        "progress": percent_done(item),
        "hls_url": stable_hls_url(origin, shown["id"]) if item["hls_key"] else None,
        "poster_url": poster if shown["thumbnail_url"] else None,
        "error": item["error"],
    }
