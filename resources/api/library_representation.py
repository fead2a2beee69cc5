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
_FILE = ("key", "mime_type", "size", "width", "height")
# The picture that the background made of an original, from its present bytes.
_MADE = Q(
    role=FileRole.ORIGINAL,
    upload__renditions__kind=RenditionKind.MEDIUM,
    upload__renditions__version=F("upload__version"),
)


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
    made = FilteredRelation("upload__renditions", condition=_MADE)
    rows = LibraryResourceFile.objects.filter(resource_id__in=ids, upload__deleted_at=None).annotate(made=made)
    names = [f"{of}__{name}" for of in ("upload", "made") for name in _FILE]
    found: dict[UUID, Row] = {}
    for resource, role, upload, *facts in rows.order_by("position").values_list("resource", "role", "upload", *names):
        files = found.setdefault(resource, {"original": None, "thumbnail": None, "gallery": []})
        file = _file(upload, facts[: len(_FILE)], origin)
        if role == FileRole.GALLERY:
            files["gallery"].append(file)
        else:
            files[role] = file
        if facts[len(_FILE)] is not None:
            files["made"] = _file(upload, facts[len(_FILE) :], origin)
    for files in found.values():
        substitute = files.pop("made", None)
        files["thumbnail"] = files["thumbnail"] or substitute
    return found


def _file(upload: UUID, facts: Sequence[Any], origin: str) -> Row:
    key, mime_type, size, width, height = facts
    return {
        "id": str(upload),
        "url": asset_url(origin, key),
        "mime_type": mime_type,
        "size": size,
        "width": width,
        "height": height,
    }
