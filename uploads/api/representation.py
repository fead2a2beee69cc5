"""The representation of uploads for a caller.

Lists are built from `.values()` rows by functions: for a page of 50 this takes a third of a model serializer's time.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.request import Request

from permissions.access import Access, OwnershipScope, is_within, ownership_scope
from permissions.choices import Action, Permission
from uploads.api.prefetch import RelatedData, Row
from uploads.metadata.fields import without_location
from uploads.models import Upload
from uploads.names import has_jpeg
from uploads.serving.file_urls import download_url, jpeg_url, origin_of, public_url, thumbnail_url
from uploads.usages.queries import VisibleUsages

# The columns that `represent_uploads` reads of each row, in a queryset's `.values(*FIELDS)`.
FIELDS = (
    *("id", "type", "filename", "original_filename", "mime_type", "size", "checksum_sha256", "storage", "key"),
    *("category", "visibility", "title", "description", "alt_text", "width", "height", "has_thumbnail", "metadata"),
    *("usage_count", "uploaded_by_id", "created_at", "updated_at", "deleted_at", "deleted_by_id"),
    "name_sort",  # which pages are ordered by
)
_UNCHANGED = (
    *("type", "filename", "original_filename", "mime_type", "size", "checksum_sha256", "category", "visibility"),
    *("title", "description", "alt_text", "width", "height", "usage_count"),
)


def represent_uploads(
    uploads: QuerySet[Any, Any] | Iterable[Row], access: Access, request: HttpRequest | Request | None
) -> list[Row]:
    """Return the representation of each of `uploads`, in order: a queryset of them, or its `.values(*FIELDS)` rows.

    Five queries for a queryset, four for rows, for any number of them. Does not check that the caller may see them.
    `request` gives the host of URLs; with None they are relative unless PUBLIC_URL is set.
    """
    if isinstance(uploads, QuerySet):
        uploads = uploads.values(*FIELDS)
    rows = list(uploads)
    origin = origin_of(request)
    related = RelatedData.load(rows, access, origin)
    scopes = ownership_scopes(access)
    payloads = [_represent(row, related, origin, allowed_actions(access, row, scopes)) for row in rows]
    if access.has(Permission.MEDIA_VIEW_ALL):
        for payload, row in zip(payloads, rows, strict=True):
            payload["path"] = row["key"]
    return payloads


def represent_upload(upload: Upload, access: Access, request: HttpRequest | Request | None) -> Row:
    """Return the representation of one upload as it is in the database now, with `used_in`."""
    (payload,) = represent_uploads(Upload.everything.filter(pk=upload.pk), access, request)
    payload["used_in"] = VisibleUsages.of(upload.pk, access).first()
    return payload


def iso(moment: datetime | None) -> str | None:
    """Return an aware UTC time as `2026-01-31T12:00:00.123456Z`."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _represent(row: Row, related: RelatedData, origin: str, can: dict[str, bool]) -> Row:
    name = (origin, row["id"], row["filename"])
    return {
        "id": str(row["id"]),
        **{field: row[field] for field in _UNCHANGED},
        "checksum_sha256": row["checksum_sha256"] or None,
        "url": public_url(*name, storage=row["storage"], key=row["key"]),
        "download_url": download_url(*name),
        "thumbnail_url": thumbnail_url(*name) if row["has_thumbnail"] else None,
        "jpeg_url": jpeg_url(*name) if row["has_thumbnail"] and has_jpeg(row["mime_type"]) else None,
        "allowed_roles": related.roles.get(row["id"], []),
        "tags": related.tags.get(row["id"], []),
        "metadata": row["metadata"] if can["edit"] else without_location(row["metadata"]),
        "uploaded_by": related.people.get(row["uploaded_by_id"]),
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
        "deleted_at": iso(row["deleted_at"]),
        "deleted_by": str(row["deleted_by_id"]) if row["deleted_by_id"] else None,
        "can": can,
    }


def ownership_scopes(access: Access) -> tuple[OwnershipScope, OwnershipScope, OwnershipScope]:
    """Return the scopes of editing, deleting and sharing, determined once for a page instead of once for each row."""
    return (
        ownership_scope(access, Action.EDIT),
        ownership_scope(access, Action.DELETE),
        ownership_scope(access, Action.SHARE),
    )


def allowed_actions(
    access: Access, row: Row, scopes: tuple[OwnershipScope, OwnershipScope, OwnershipScope]
) -> dict[str, bool]:
    """Return what the caller may do to a row. In the trash, `delete` means to purge or to restore it."""
    owner, live = row["uploaded_by_id"], row["deleted_at"] is None
    edit, delete, share = scopes
    return {
        "edit": live and is_within(edit, access, owner),
        "delete": is_within(delete, access, owner),
        "share": live and is_within(share, access, owner),
    }
