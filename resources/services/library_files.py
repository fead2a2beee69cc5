"""The files of library resources: announced together, taken out of their sessions together, and used."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from common.errors import Conflict, DoesNotExist, DomainError, Invalid
from permissions.access import Access
from resources.choices import FileRole
from resources.models import LibraryResource, LibraryResourceFile
from uploads.choices import SessionState, UploadType
from uploads.errors import InTrash
from uploads.models import Upload, UploadSession
from uploads.sessions.complete import VerifiedFile, record_upload, verify_session
from uploads.sessions.create import open_session
from uploads.sessions.sign import own_sessions, require_upload
from uploads.usages.record import record_usage, release_usage

ENTITY = "library_resource"  # what usages name
MOST_FILES = 100  # of one resource and of one call: as many sessions as one user may have open


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file for a library resource: its upload session, and where it goes in the gallery (None: at the end)."""

    role: str
    session_id: UUID | None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new file, its session, and what its bytes were found to be; `verified` is None where that was done before."""

    file: NewFile
    session: UploadSession
    verified: VerifiedFile | None


def open_sessions(*, access: Access, library_type: str, files: Sequence[dict[str, Any]]) -> list[UploadSession]:
    """Open the sessions of all `files` (filename, content_type, size), or none. Raises as `open_session`, with `attr`.

    Pictures go in one piece, so that nothing here asks a store.
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
    """Raise Invalid unless there is one original (where needed), one thumbnail at most, no session or place twice."""
    roles = [file.role for file in files]
    if roles.count(FileRole.ORIGINAL) > 1 or (needs_original and FileRole.ORIGINAL not in roles):
        raise Invalid("Exactly one file is the original.", attr="files", code="one_original")
    if roles.count(FileRole.THUMBNAIL) > 1:
        raise Invalid("One file at most is the thumbnail.", attr="files", code="one_thumbnail")
    ids = [file.session_id for file in files if file.session_id]
    if len(set(ids)) < len(ids):
        raise Invalid("Each upload session makes one file.", attr="files", code="repeated_session")
    places = [file.position for file in files if file.role == FileRole.GALLERY and file.position is not None]
    if len(set(places)) < len(places):
        raise Invalid("Two files cannot have one place in the gallery.", attr="files", code="repeated_position")


def verify_files(*, access: Access, files: Sequence[NewFile]) -> list[Arrival]:
    """Look at the bytes of every file, outside of any transaction; nothing is made yet.

    Raises DoesNotExist for a session that is not one's own, Invalid for one of another kind of file, and what
    `verify_session` raises; the error's `attr` names the file. Sessions whose bytes are wrong have failed then, the
    others stay as they are.
    """
    require_upload(access)
    ids = [file.session_id for file in files if file.session_id]
    found = own_sessions(access).select_related("upload").in_bulk(ids)
    return [_arrival(index, file, found.get(file.session_id)) for index, file in enumerate(files)]  # type: ignore[arg-type]


def record_uploads(arrivals: Sequence[Arrival]) -> dict[UUID, Upload]:
    """Make the uploads of verified files in the caller's transaction; returns them by session. Raises InTrash.

    Sessions are claimed in one order, so that no two calls wait for each other.
    """
    uploads: dict[UUID, Upload] = {}
    for arrival in sorted(arrivals, key=lambda one: one.session.pk):
        if arrival.verified is not None:
            upload, _ = record_upload(session=arrival.session, verified=arrival.verified)
        else:
            upload = _locked(arrival.session.upload_id)
        uploads[arrival.session.pk] = upload
    return uploads


def add_files(resource: LibraryResource, arrivals: Sequence[Arrival], uploads: dict[UUID, Upload]) -> None:
    """Make uploads files of a resource that is new or locked; the gallery gets those without a place at its end.

    Raises Conflict where a file belongs to another resource.
    """
    if LibraryResourceFile.objects.filter(upload__in=uploads.values()).exists():
        raise Conflict("One of these files belongs to another library resource.", attr="files", code="already_used")
    taken = set(resource.files.filter(role=FileRole.GALLERY).values_list("position", flat=True))
    if any(a.file.role == FileRole.GALLERY and a.file.position in taken for a in arrivals):
        raise Invalid("Another file has this place in the gallery.", attr="files", code="repeated_position")
    places = _places([arrival.file for arrival in arrivals], 1 + max(taken, default=-1))
    LibraryResourceFile.objects.bulk_create(
        LibraryResourceFile(
            organization_id=resource.organization_id,
            resource=resource,
            upload=uploads[arrival.session.pk],
            role=arrival.file.role,
            position=place,
        )
        for arrival, place in zip(arrivals, places, strict=True)
    )
    use_files(resource, [upload.pk for upload in uploads.values()])


def use_files(resource: LibraryResource, ids: Collection[UUID]) -> None:
    """Note that a live resource uses these of its files. Raises InTrash."""
    roles = dict(resource.files.filter(upload_id__in=ids).values_list("upload_id", "role"))
    for pk in sorted(roles):
        record_usage(**_usage(resource, pk, roles[pk]), label=resource.name)


def release_files(resource: LibraryResource, ids: Collection[UUID] | None = None) -> list[UUID]:
    """Note that a resource uses these of its files (None: any) no longer; returns their ids in the order of locks."""
    rows = resource.files.order_by("upload_id")
    rows = rows if ids is None else rows.filter(upload_id__in=ids)
    found = list(rows.values_list("upload_id", "role"))
    for pk, role in found:
        release_usage(**_usage(resource, pk, role))
    return [pk for pk, _ in found]


def _usage(resource: LibraryResource, upload_id: UUID, role: str) -> dict[str, Any]:
    return {"upload_id": upload_id, "entity_type": ENTITY, "entity_id": str(resource.pk), "field": role}


def _arrival(index: int, file: NewFile, session: UploadSession | None) -> Arrival:
    attr = f"files.{index}.upload_session"
    if session is None:
        raise DoesNotExist(attr=attr)
    if session.type != UploadType.LIBRARY:
        raise Invalid("Library resources are made of LIBRARY files.", attr=attr, code="unsupported_media_type")
    if session.state == SessionState.COMPLETED:
        return Arrival(file, session, None)
    try:
        return Arrival(file, session, verify_session(session=session))
    except DomainError as error:
        error.attr = attr
        raise


def _locked(upload_id: UUID | None) -> Upload:
    upload = Upload.everything.select_for_update(of=("self",)).filter(pk=upload_id).first()
    if upload is None or upload.is_deleted:
        raise InTrash(attr="files")
    return upload


def _places(files: Sequence[NewFile], end: int) -> list[int]:
    """Each file's position: as given, the others after the last one in their order; 0 outside of the gallery."""
    given = [file.position for file in files if file.role == FileRole.GALLERY and file.position is not None]
    following = max([end - 1, *given]) + 1
    places = []
    for file in files:
        if file.role != FileRole.GALLERY:
            places.append(0)
        elif file.position is not None:
            places.append(file.position)
        else:
            places.append(following)
            following += 1
    return places
