"""How library resources look: every file at an address that anybody may fetch. A page costs one query for its files."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from resources.choices import ATTRIBUTES, FileRole
from resources.models import LibraryResource, LibraryResourceFile
from uploads.api.representation import iso
from uploads.choices import RenditionKind
from uploads.serving.file_urls import asset_url

Row = dict[str, Any]

COLUMNS = ("id", "type", "name", "status", *ATTRIBUTES, "created_at")
_FACTS = ("key", "mime_type", "size", "width", "height")


def represent_library(rows: Iterable[Row], origin: str) -> list[Row]:
    """Return the answer for each of `rows`, which hold COLUMNS. One query."""
    rows = list(rows)
    files = _files_of([row["id"] for row in rows], origin)
    nothing: Row = {"original": None, "thumbnail": None, "gallery": []}
    return [_represent(row, files.get(row["id"], nothing)) for row in rows]


def represent_library_resource(resource: LibraryResource, origin: str) -> Row:
    """Return the answer for one resource. One query."""
    return represent_library([{name: getattr(resource, name) for name in COLUMNS}], origin)[0]


def _represent(row: Row, files: Row) -> Row:
    return {
        "type": row["type"],
        "name": row["name"],
        "status": row["status"],
        "id": str(row["id"]),
        **{name: row[name] or None for name in ATTRIBUTES},
        **files,
        "created_at": iso(row["created_at"]),
    }


def _files_of(ids: Sequence[UUID], origin: str) -> dict[UUID, Row]:
    """Original, thumbnail and gallery in its order of those resources, without what is in the trash."""
    found: dict[UUID, Row] = {}
    for resource, role, upload, *facts in _file_rows().filter(resource_id__in=ids):
        files = found.get(resource)
        if files is None:
            files = found[resource] = {"original": None, "thumbnail": None, "gallery": []}
        key, mime_type, size, width, height, made_key, *made = facts
        file = _file(upload, origin, key, mime_type, size, width, height)
        if role == FileRole.GALLERY:
            files["gallery"].append(file)
        else:
            files[role] = file
        if made_key is not None:
            files["made"] = _file(upload, origin, made_key, *made)
    for files in found.values():
        substitute = files.pop("made", None)
        files["thumbnail"] = files["thumbnail"] or substitute
    return found


@cache  # asked with every request, and building it is a tenth of its cost
def _file_rows() -> Any:
    """Each file with what the background made of it, if it is an original and the picture is of its present bytes."""
    ours = Q(role=FileRole.ORIGINAL, upload__renditions__version=F("upload__version"))
    made = FilteredRelation("upload__renditions", condition=ours & Q(upload__renditions__kind=RenditionKind.MEDIUM))
    rows = LibraryResourceFile.objects.filter(upload__deleted_at=None).annotate(made=made).order_by("position")
    facts = [f"{of}__{name}" for of in ("upload", "made") for name in _FACTS]
    return rows.values_list("resource", "role", "upload", *facts)


def _file(upload: UUID, origin: str, key: str, mime_type: str, size: int, width: int | None, height: int | None) -> Row:
    return {
        "id": str(upload),
        "url": asset_url(origin, key),
        "mime_type": mime_type,
        "size": size,
        "width": width,
        "height": height,
    }
