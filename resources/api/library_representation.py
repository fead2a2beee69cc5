"""The representation of library resources, with a public URL for each file. One query for the files of a page."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet

from common.db.stand_ins import Ids
from common.db.statements import Statement
from permissions.access import Access
from resources.choices import ATTRIBUTES, FileRole
from resources.models import LibraryResource, LibraryResourceFile
from uploads.api.representation import iso
from uploads.choices import RenditionKind
from uploads.serving.file_urls import asset_url

Row = dict[str, Any]

COLUMNS = ("id", "type", "name", "status", *ATTRIBUTES, "created_at")
_FACTS = ("key", "mime_type", "size", "width", "height")


def library_rows(page: QuerySet[Any, Any], access: Access) -> QuerySet[Any, Row]:
    return page.values(*COLUMNS)


def represent_library(rows: Iterable[Row], origin: str) -> list[Row]:
    """Return the representation of each of `rows`, which have COLUMNS. One query."""
    rows = list(rows)
    files = _files_of([row["id"] for row in rows], origin)
    nothing: Row = {"original": None, "thumbnail": None, "gallery": []}
    return [_represent(row, files.get(row["id"], nothing)) for row in rows]


def represent_library_resource(resource: LibraryResource, origin: str) -> Row:
    """Return the representation of one resource. One query."""
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
    """Return original, thumbnail and ordered gallery by resource, without files in the trash."""
    files_by_resource: dict[UUID, Row] = {}
    for resource, role, upload, *facts in Statement(_file_rows, (Ids(ids),)).fetch():
        files = files_by_resource.get(resource)
        if files is None:
            files = files_by_resource[resource] = {"original": None, "thumbnail": None, "gallery": []}
        key, mime_type, size, width, height, made_key, *made = facts
        file = _file(upload, origin, key, mime_type, size, width, height)
        if role == FileRole.GALLERY:
            files["gallery"].append(file)
        else:
            files[role] = file
        if made_key is not None:
            files["made"] = _file(upload, origin, made_key, *made)
    for files in files_by_resource.values():
        substitute = files.pop("made", None)
        files["thumbnail"] = files["thumbnail"] or substitute
    return files_by_resource


def _file_rows(ids: Ids) -> QuerySet[LibraryResourceFile, Any]:
    """Return the files of resources, originals with their medium rendition if it is of the current version."""
    ours = Q(role=FileRole.ORIGINAL, upload__renditions__version=F("upload__version"))
    made = FilteredRelation("upload__renditions", condition=ours & Q(upload__renditions__kind=RenditionKind.MEDIUM))
    rows = (
        LibraryResourceFile.objects.filter(resource__pk__among=ids, upload__deleted_at=None)
        .annotate(made=made)
        .order_by("position")
    )
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
