"""The import of library resources from a manifest, each row once.

The key of a row is part of the idempotency keys of its upload sessions: files that an earlier run stored are used
again, and a resource that an earlier run created is found by its files.
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
    """One row of a manifest: its key, the fields of the resource, and its files with their roles, in order."""

    key: str
    fields: dict[str, str]
    files: list[tuple[str, Path]] = field(default_factory=list)


def read_entry(row: Mapping[str, Any], folder: Path) -> Entry:
    """Read a row with the columns key, FIELDS, original, thumbnail, gallery (a list, or names separated by "|").

    Raises Invalid for a row that cannot be imported: unknown columns, fields that do not fit the type, files that are
    not inside `folder` or that the library does not accept.
    """
    unknown = set(row) - {"key", *FIELDS, *FileRole.values}
    if unknown:
        columns = ", ".join(sorted(map(str, unknown)))
        raise Invalid(gettext("Unknown columns: %(columns)s.") % {"columns": columns})
    fields = {name: str(row[name]).strip() for name in FIELDS if str(row.get(name) or "").strip()}
    if not str(row.get("key") or "").strip():
        raise Invalid(gettext("A key is required."))
    if fields.get("type") not in LibraryType.values or fields.get("status", "active") not in LibraryStatus.values:
        raise Invalid(gettext("The type or the status is unknown."))
    check_fields(LibraryResource(type=fields["type"]), cast(LibraryFields, fields))
    files = [(role, _file(folder, name)) for role in FileRole.values for name in _names(row.get(role))]
    check_files([NewFile(role, None) for role, _ in files], needs_original=True)
    for _, path in files:
        _check_file(path)
    return Entry(str(row["key"]).strip(), fields, files)


def import_entry(*, access: Access, entry: Entry) -> tuple[LibraryResource, bool]:
    """Create the resource of a row; return it, and whether this call created it.

    Raises the errors of `create_library_resource`; `attr` is the name of the file that caused the error.
    The same key with other files raises IdempotencyMismatch, or Conflict if the resource was changed since.
    """
    files = [
        NewFile(role, _stored_session_id(access, entry, index, path)) for index, (role, path) in enumerate(entry.files)
    ]
    try:
        return create_library_resource(access=access, fields=cast(LibraryFields, entry.fields), files=files)
    except DomainError as error:
        index = (error.attr or "").split(".")[1:2]  # of files.3.upload_session
        error.attr = entry.files[int(index[0])][1].name if index and index[0].isdigit() else error.attr
        raise


def _stored_session_id(access: Access, entry: Entry, index: int, path: Path) -> UUID:
    """Store the bytes of a file in its upload session and return its id. An ended session gets a successor."""
    for attempt in count():
        identity = (entry.key, index, path.name, path.stat().st_size, entry.fields["type"], attempt)
        session = _session(access, entry, path, repr(identity))
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
        folder=entry.fields["type"],
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
        check_announcement(
            kind_of(UploadType.LIBRARY), content_type=_type_of(path), filename=path.name, size=path.stat().st_size
        )
    except Invalid as error:
        error.attr = path.name
        raise


def _type_of(path: Path) -> str:
    return kind_of(UploadType.LIBRARY).content_type("", path.name)
