"""The representation of uploads for a caller.

Lists are built from `.values()` rows by functions: for a page of 50 this takes a third of a model serializer's time.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.request import Request

from common.db.statements import Statement
from permissions.access import Access, OwnershipScope, is_within, ownership_scope
from permissions.choices import Action, Permission
from uploads.api.prefetch import Row, person_columns, related_columns, uploader_of
from uploads.kinds.formats import JPEG_TYPES
from uploads.metadata.fields import without_location
from uploads.models import Upload
from uploads.serving.file_urls import cdn_url, file_url, jpeg_url, origin_of, thumbnail_url
from uploads.usages.queries import VisibleUsages

# The columns of its own that `represent_uploads` reads of each row.
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


def with_related(uploads: QuerySet[Any, Any], access: Access, *columns: str, **expressions: Any) -> QuerySet[Any, Row]:
    """Return the rows of a queryset as `represent_uploads` takes them: with tags, roles and people. One query.

    `columns` and `expressions` are what else is read of each row.
    """
    related = related_columns(access)
    return uploads.values(*FIELDS, *columns, *person_columns(access), **related, **expressions)


def represent_uploads(rows: Iterable[Row], access: Access, request: HttpRequest | Request | None) -> list[Row]:
    """Return the representation of each of `rows`, which are those of `with_related`, in order. No query.

    Does not check that the caller may see them. `request` gives the host of URLs; with None they are relative unless
    PUBLIC_URL is set.
    """
    origin, scopes = origin_of(request), ownership_scopes(access)
    sees_paths = access.has(Permission.MEDIA_VIEW_ALL)
    payloads = []
    for row in rows:
        payload = _represent(row, origin, allowed_actions(access, row, scopes))
        if sees_paths:
            payload["path"] = row["key"]
        payloads.append(payload)
    return payloads


def represent_upload(upload: Upload, access: Access, request: HttpRequest | Request | None) -> Row:
    """Return the representation of one upload as it is in the database now, with `used_in`."""
    (payload,) = represent_uploads(Statement(_one_upload, (upload.pk, access)).fetch(), access, request)
    return with_usages(payload, upload.pk, access)


def _one_upload(pk: UUID, access: Access) -> QuerySet[Any, Row]:
    return with_related(Upload.everything.filter(pk=pk).order_by(), access)


def with_usages(payload: Row, upload_id: UUID, access: Access) -> Row:
    """Return the representation of an upload with `used_in`."""
    return {**payload, "used_in": VisibleUsages.of(upload_id, access).first()}


def iso(moment: datetime | None) -> str | None:
    """Return an aware UTC time as `2026-01-31T12:00:00.123456Z`."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _represent(row: Row, origin: str, can: dict[str, bool]) -> Row:
    pk = str(row["id"])
    name = (origin, pk, row["filename"])
    url = file_url(*name)
    return {
        "id": pk,
        **{field: row[field] for field in _UNCHANGED},
        "checksum_sha256": row["checksum_sha256"] or None,
        "url": cdn_url(row["storage"], row["key"]) or url,
        "download_url": f"{url}?download=1",
        "thumbnail_url": thumbnail_url(*name) if row["has_thumbnail"] else None,
        "jpeg_url": jpeg_url(*name) if row["has_thumbnail"] and row["mime_type"] in JPEG_TYPES else None,
        "allowed_roles": row["role_ids"],
        "tags": row["tag_names"],
        "duration_seconds": row["metadata"].get("duration"),
        "metadata": row["metadata"] if can["edit"] else without_location(row["metadata"]),
        "uploaded_by": uploader_of(row, origin),
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
