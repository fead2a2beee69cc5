"""Filling the resource library from a manifest: each row with its files, once.

A row is known by its key, which fills the organization's idempotency keys of the person who imports: what an earlier
run sent is taken from there, and a row that was made is found again by its files.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext

from common.errors import DomainError, Invalid
from permissions.access import Access
from resources.choices import ATTRIBUTES, FileRole, LibraryStatus, LibraryType
from resources.models import LibraryResource
from resources.services.library import LibraryFields, check_fields, create_library_resource
from resources.services.library_files import NewFile, check_files
from uploads.choices import SessionState, UploadType
from uploads.kinds import kind_of
from uploads.models import UploadSession
from uploads.sessions.create import check_announcement, open_session
from uploads.storage import store

FIELDS = ("type", "name", "status", *ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a manifest: its key, what is said of the resource, and its files with their roles, in order."""

    key: str
    said: dict[str, str]
    files: list[tuple[str, Path]] = field(default_factory=list)


def read_entry(row: Mapping[str, Any], folder: Path) -> Entry:
    """Read a row with the columns key, FIELDS, original, thumbnail, gallery (a list, or names divided by "|").

    Raises Invalid for a row that could not be made: unknown columns, fields that do not fit the type, files that are
    not inside `folder` or that the library does not accept.
    """
    unknown = set(row) - {"key", *FIELDS, *FileRole.values}
    if unknown:
        columns = ", ".join(sorted(map(str, unknown)))
        raise Invalid(gettext("Unknown columns: %(columns)s.") % {"columns": columns})
    said = {name: str(row[name]).strip() for name in FIELDS if str(row.get(name) or "").strip()}
    if not str(row.get("key") or "").strip():
        raise Invalid(gettext("A key is required."))
    if said.get("type") not in LibraryType.values or said.get("status", "active") not in LibraryStatus.values:
        raise Invalid(gettext("The type or the status is unknown."))
    check_fields(LibraryResource(type=said["type"]), cast(LibraryFields, said))
    files = [(role, _file(folder, name)) for role in FileRole.values for name in _names(row.get(role))]
    check_files([NewFile(role, None) for role, _ in files], needs_original=True)
    for _, path in files:
        _check_file(path)
    return Entry(str(row["key"]).strip(), said, files)


def import_entry(*, access: Access, entry: Entry) -> tuple[LibraryResource, bool]:
    """Make the resource of a row; returns it, and whether this call made it.

    Raises as `create_library_resource`; where a file is to blame, `attr` is its name.
    The same key with other files raises IdempotencyMismatch, or Conflict where the resource was changed since.
    """
    files = [NewFile(role, _sent(access, entry, place, path)) for place, (role, path) in enumerate(entry.files)]
    try:
        return create_library_resource(access=access, fields=cast(LibraryFields, entry.said), files=files)
    except DomainError as error:
        place = (error.attr or "").split(".")[1:2]  # as in files.3.upload_session
        error.attr = entry.files[int(place[0])][1].name if place and place[0].isdigit() else error.attr
        raise


def _sent(access: Access, entry: Entry, place: int, path: Path) -> UUID:
    """The id of the session of a file, whose bytes are stored. Sessions that came to nothing get a successor."""
    for attempt in count():
        said = (entry.key, place, path.name, path.stat().st_size, entry.said["type"], attempt)
        session = _session(access, entry, path, repr(said))
        if session.state in (SessionState.OPEN, SessionState.COMPLETED):
            break
    target = store(session.storage)
    if session.state == SessionState.OPEN and target.stat(session.key) is None:
        with path.open("rb") as content:
            target.put(session.key, content, content_type=session.content_type)
    return session.pk


def _session(access: Access, entry: Entry, path: Path, name: str) -> UploadSession:
    return open_session(
        access=access,
        type=UploadType.LIBRARY,
        filename=path.name,
        content_type=_type_of(path),
        size=path.stat().st_size,
        folder=entry.said["type"],
        idempotency_key=f"import_library:{hashlib.sha256(name.encode()).hexdigest()}",
        in_one_piece=True,
    )


def _names(value: Any) -> Sequence[str]:
    names = value if isinstance(value, list) else str(value or "").split("|")
    return [str(name).strip() for name in names if str(name).strip()]


def _file(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Invalid(gettext("There is no file %(name)r in this folder.") % {"name": name})
    return path


def _check_file(path: Path) -> None:
    try:
        check_announcement(kind_of(UploadType.LIBRARY), content_type=_type_of(path), size=path.stat().st_size)
    except Invalid as error:
        error.attr = path.name
        raise


def _type_of(path: Path) -> str:
    return kind_of(UploadType.LIBRARY).content_type("", path.name)
