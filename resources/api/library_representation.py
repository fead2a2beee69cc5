"""How library resources look: every file at an address that anybody may fetch. A page costs one query for its files."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from resources.choices import ATTRIBUTES, FileRole
from resources.models import LibraryResource, LibraryResourceFile
from uploads.addresses import asset_url
from uploads.api.representation import iso
from uploads.choices import RenditionKind

Row = dict[str, Any]

COLUMNS = ("id", "type", "name", "status", *ATTRIBUTES, "created_at")
_FILE = {name: F(f"upload__{name}") for name in ("key", "mime_type", "size", "width", "height", "version")}
_MADE = ("version", "key", "mime_type", "size", "width", "height")  # of the picture that was made from a file
_PREVIEW = {f"made_{name}": F(f"made__{name}") for name in _MADE}


def represent_library(rows: Iterable[Row], origin: str) -> list[Row]:
    """Return the answer for each of `rows`, which hold COLUMNS. One query."""
    rows = list(rows)
    files = files_of([row["id"] for row in rows])
    return [_represent(row, files.get(row["id"], []), origin) for row in rows]


def represent_library_resource(resource: LibraryResource, origin: str) -> Row:
    """Return the answer for one resource. One query."""
    return represent_library([{name: getattr(resource, name) for name in COLUMNS}], origin)[0]


def files_of(ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """The files of those resources that are not in the trash, the gallery in its order."""
    made = FilteredRelation("upload__renditions", condition=Q(upload__renditions__kind=RenditionKind.MEDIUM))
    rows = LibraryResourceFile.objects.filter(resource_id__in=ids, upload__deleted_at=None).annotate(made=made)
    found: dict[UUID, list[Row]] = {}
    for row in rows.order_by("position").values("resource_id", "upload_id", "role", **_FILE, **_PREVIEW):
        found.setdefault(row["resource_id"], []).append(dict(row))
    return found


def _represent(row: Row, files: list[Row], origin: str) -> Row:
    by_role = {file["role"]: file for file in files if file["role"] != FileRole.GALLERY}
    original, thumbnail = by_role.get(FileRole.ORIGINAL), by_role.get(FileRole.THUMBNAIL)
    return {
        **{name: row[name] for name in ("type", "name", "status")},
        "id": str(row["id"]),
        **{name: row[name] or None for name in ATTRIBUTES},
        "original": _file(original, origin) if original else None,
        "thumbnail": _file(thumbnail, origin) if thumbnail else _made_from(original, origin),
        "gallery": [_file(file, origin) for file in files if file["role"] == FileRole.GALLERY],
        "created_at": iso(row["created_at"]),
    }


def _file(row: Row, origin: str, prefix: str = "") -> Row:
    return {
        "id": str(row["upload_id"]),
        "url": asset_url(origin, row[f"{prefix}key"]),
        **{name: row[f"{prefix}{name}"] for name in ("mime_type", "size", "width", "height")},
    }


def _made_from(original: Row | None, origin: str) -> Row | None:
    """The picture that the background made of the original; None until it did."""
    if original is None or original["made_version"] != original["version"]:
        return None
    return _file(original, origin, "made_")
