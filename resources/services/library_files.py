"""The files of library resources: their upload sessions, their uploads and their usages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Conflict, DoesNotExist, DomainError, Invalid
from permissions.access import Access
from resources.choices import FileRole
from resources.models import LibraryResource, LibraryResourceFile
from uploads.choices import SessionState, UploadType
from uploads.errors import InTrash
from uploads.models import Upload, UploadSession
from uploads.sessions.complete import record_upload
from uploads.sessions.create import open_session
from uploads.sessions.guards import require_upload
from uploads.sessions.queries import own_sessions
from uploads.sessions.verify import VerifiedFile, verify_session
from uploads.usages.record import record_usage, release_usage

LIBRARY_RESOURCE = "library_resource"  # the entity type of usages
MAX_FILES = 100  # in one call: as many upload sessions as a user may have open


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to add to a library resource: its upload session, and its position in the gallery (None: the end)."""

    role: str
    session_id: UUID | None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class VerifiedNewFile:
    """A new file whose stored bytes were inspected; `inspection` is None if its session was completed earlier."""

    file: NewFile
    session: UploadSession
    inspection: VerifiedFile | None


def open_sessions(*, access: Access, library_type: str, files: Sequence[dict[str, Any]]) -> list[UploadSession]:
    """Open a session for each of `files` (filename, content_type, size), or none at all.

    Raises the errors of `open_session`; their `attr` names the file. Images are never multipart, so no store is called.
    """
    sessions = []
    with transaction.atomic():
        for index, file in enumerate(files):
            try:
                sessions.append(
                    open_session(access=access, type=UploadType.LIBRARY, folder=library_type, in_one_piece=True, **file)
                )
            except Invalid as error:
                error.attr = f"files.{index}.{error.attr}" if error.attr else f"files.{index}"
                raise
    return sessions


def check_files(files: Sequence[NewFile], *, needs_original: bool) -> None:
    """Raise Invalid for a missing or second original, a second thumbnail, or a repeated session or position."""
    roles = [file.role for file in files]
    if roles.count(FileRole.ORIGINAL) > 1 or (needs_original and FileRole.ORIGINAL not in roles):
        raise Invalid(_("Exactly one file must be the original."), attr="files", code="one_original")
    if roles.count(FileRole.THUMBNAIL) > 1:
        raise Invalid(_("At most one file can be the thumbnail."), attr="files", code="one_thumbnail")
    ids = [file.session_id for file in files if file.session_id]
    if len(set(ids)) < len(ids):
        raise Invalid(_("An upload session can be used for one file only."), attr="files", code="repeated_session")
    positions = [file.position for file in files if file.role == FileRole.GALLERY and file.position is not None]
    if len(set(positions)) < len(positions):
        raise Invalid(_("Two files have the same position in the gallery."), attr="files", code="repeated_position")


def verify_files(*, access: Access, files: Sequence[NewFile]) -> list[VerifiedNewFile]:
    """Inspect the stored bytes of every file. Call it outside transactions; it creates no rows.

    Raises DoesNotExist for a session of another user, Invalid for another type of upload, and the errors of
    `verify_session`; `attr` names the file. A session with invalid bytes becomes `failed`, the others stay unchanged.
    """
    require_upload(access)
    ids = [file.session_id for file in files if file.session_id]
    sessions = own_sessions(access).select_related("upload").in_bulk(ids)
    return [
        _verify_file(f"files.{index}.upload_session", file, sessions.get(file.session_id) if file.session_id else None)
        for index, file in enumerate(files)
    ]


def record_uploads(files: Sequence[VerifiedNewFile]) -> dict[UUID, Upload]:
    """Create the uploads of verified files in the caller's transaction; return them by session id. Raises InTrash.

    Sessions are claimed in order of id, which prevents deadlocks.
    """
    uploads: dict[UUID, Upload] = {}
    for verified in sorted(files, key=lambda each: each.session.pk):
        if verified.inspection is not None:
            upload, _is_new = record_upload(session=verified.session, verified=verified.inspection)
        else:
            upload = _lock_upload(verified.session.upload_id)
        uploads[verified.session.pk] = upload
    return uploads


def add_files(resource: LibraryResource, files: Sequence[VerifiedNewFile], uploads: dict[UUID, Upload]) -> None:
    """Add uploads to a new or locked resource; files without a position are appended to the gallery.

    Raises Conflict if a file belongs to another resource, Invalid if a position is taken.
    """
    if LibraryResourceFile.objects.filter(upload__in=uploads.values()).exists():
        message = _("One of these files belongs to another library resource.")
        raise Conflict(message, attr="files", code="already_used")
    taken = set(resource.files.filter(role=FileRole.GALLERY).values_list("position", flat=True))
    if any(new.file.role == FileRole.GALLERY and new.file.position in taken for new in files):
        message = _("Another file has this position in the gallery.")
        raise Invalid(message, attr="files", code="repeated_position")
    positions = _positions([new.file for new in files], 1 + max(taken, default=-1))
    LibraryResourceFile.objects.bulk_create(
        LibraryResourceFile(
            organization_id=resource.organization_id,
            resource=resource,
            upload=uploads[new.session.pk],
            role=new.file.role,
            position=position,
        )
        for new, position in zip(files, positions, strict=True)
    )
    record_file_usages(resource, [upload.pk for upload in uploads.values()])


def record_file_usages(resource: LibraryResource, ids: Collection[UUID]) -> None:
    """Record that a live resource uses these of its files. Raises InTrash."""
    roles = dict(resource.files.filter(upload_id__in=ids).values_list("upload_id", "role"))
    for pk in sorted(roles):
        record_usage(
            upload_id=pk,
            entity_type=LIBRARY_RESOURCE,
            entity_id=str(resource.pk),
            field=roles[pk],
            label=resource.name,
        )


def release_file_usages(resource: LibraryResource, ids: Collection[UUID] | None = None) -> list[UUID]:
    """Release the usages of these files (None: of all) by a resource; return their ids in order of locks."""
    rows = resource.files.order_by("upload_id")
    rows = rows if ids is None else rows.filter(upload_id__in=ids)
    roles = dict(rows.values_list("upload_id", "role"))
    for pk, role in roles.items():
        release_usage(upload_id=pk, entity_type=LIBRARY_RESOURCE, entity_id=str(resource.pk), field=role)
    return list(roles)


def _verify_file(attr: str, file: NewFile, session: UploadSession | None) -> VerifiedNewFile:
    if session is None:
        raise DoesNotExist(attr=attr)
    if session.type != UploadType.LIBRARY:
        message = _("A library resource needs uploads of type LIBRARY.")
        raise Invalid(message, attr=attr, code="unsupported_media_type")
    if session.state == SessionState.COMPLETED:
        return VerifiedNewFile(file, session, None)
    try:
        return VerifiedNewFile(file, session, verify_session(session=session))
    except DomainError as error:
        error.attr = attr
        raise


def _lock_upload(upload_id: UUID | None) -> Upload:
    rows = Upload.everything.select_for_update(of=("self",))
    upload = rows.filter(pk=upload_id).first() if upload_id else None
    if upload is None or upload.is_deleted:
        raise InTrash(attr="files")
    return upload


def _positions(files: Sequence[NewFile], end: int) -> list[int]:
    """Return a position for each file: the given one, else the next after the last; 0 outside the gallery."""
    given = [file.position for file in files if file.role == FileRole.GALLERY and file.position is not None]
    following = max([end - 1, *given]) + 1
    positions = []
    for file in files:
        if file.role != FileRole.GALLERY:
            positions.append(0)
        elif file.position is not None:
            positions.append(file.position)
        else:
            positions.append(following)
            following += 1
    return positions
