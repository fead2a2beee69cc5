"""From stored bytes to an upload: first look at what is there, then make the row, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from permissions.access import Access
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction, SessionState
from uploads.errors import ContentMismatch, NotUploaded, SessionExpired, SessionOver
from uploads.files.checksums import read_later
from uploads.files.edit import Details, apply_details
from uploads.inspection import Content, look_at
from uploads.jobs import submit
from uploads.kinds import kind_of
from uploads.models import Upload, UploadSession
from uploads.names import generated_filename
from uploads.sessions.scan import require_scanned
from uploads.sessions.sign import end_session, find_session, require_open, require_upload
from uploads.storage import store
from uploads.storage.checksum import checksum_of
from uploads.storage.contract import InvalidParts, MissingObject, Store, StoredObject, StoredPart
from uploads.storage.quota import settle_bytes


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """Bytes that were looked at: as many as announced, of the announced type, with this checksum (base64).

    The checksum of a large file is empty where its store does not tell it: see `checksums`.
    """

    size: int
    checksum_sha256: str
    width: int | None
    height: int | None


def complete_session(
    *,
    access: Access,
    session_id: UUID,
    parts: Sequence[tuple[int, str]] | None = None,
    details: Details | None = None,
) -> tuple[Upload, bool]:
    """Make the upload of a session; returns it, and whether this call made it. Doing it again returns the same one.

    `parts` are the numbers and ETags the client believes to have sent; else what is stored counts.
    Raises NotFound, Denied, SessionExpired, SessionOver, and what `verify_session` and `apply_details` raise.
    """
    session = find_session(access=access, session_id=session_id)
    require_upload(access)
    if session.state == SessionState.COMPLETED:
        return _upload_of(session), False
    verified = verify_session(session=session, parts=parts)
    with transaction.atomic():
        return record_upload(session=session, verified=verified, details=details or {})


def verify_session(*, session: UploadSession, parts: Sequence[tuple[int, str]] | None = None) -> VerifiedFile:
    """Look at the bytes of an open session, outside any transaction, believing only the store.

    Takes no longer for a large file than for a small one. Raises NotUploaded and BeingScanned (try again later),
    InvalidParts, SessionExpired, SessionOver; and ContentMismatch, after which the session has failed and its object is
    gone.
    """
    require_open(session)
    target = store(session.storage)
    if session.multipart_id:
        _join_parts(target, session, parts)
    stored = target.stat(session.key)
    if stored is None:
        raise NotUploaded
    try:
        return _verify(target, session, stored)
    except MissingObject:
        raise NotUploaded from None
    except ContentMismatch as error:
        end_session(session=session, state=SessionState.FAILED, failure=error.code)
        raise


def record_upload(
    *, session: UploadSession, verified: VerifiedFile, details: Details | None = None
) -> tuple[Upload, bool]:
    """Make the row of a verified session inside the caller's transaction; returns it, and whether it is new.

    The session is completed, its reservation settled, and the upload has the session's id. Background work begins
    when the transaction commits. Raises SessionExpired and SessionOver where another call ended the session.
    """
    session = claim_session(session=session)
    if session.state == SessionState.COMPLETED:
        return _upload_of(session), False
    upload = _new_upload(session, verified)
    apply_details(upload=upload, details=details or {})
    record_activity(action=ActivityAction.UPLOAD, uploads=upload, actor_id=session.user_id)
    finish_session(session=session, upload=upload, verified=verified)
    submit("make_renditions", subject=str(upload.pk), organization_id=upload.organization_id)
    read_later(upload)
    return upload, True


def claim_session(*, session: UploadSession) -> UploadSession:
    """Lock a session for the transaction under way; it is open or completed then.

    Raises SessionExpired and SessionOver where it ended otherwise since it was verified.
    """
    locked = UploadSession.objects.select_for_update().get(pk=session.pk)
    if locked.state == SessionState.EXPIRED:
        raise SessionExpired
    if locked.state not in (SessionState.OPEN, SessionState.COMPLETED):
        raise SessionOver(code=locked.failure)
    return locked


def finish_session(*, session: UploadSession, upload: Upload, verified: VerifiedFile) -> None:
    """Mark a claimed session completed by `upload` and turn its reservation into used bytes of the upload's owner."""
    UploadSession.objects.filter(pk=session.pk, state=SessionState.OPEN).update(
        state=SessionState.COMPLETED, ended_at=timezone.now(), upload=upload
    )
    settle_bytes(
        organization_id=session.organization_id,
        user_id=session.user_id,
        reserved=session.size,
        used=verified.size,
        owner_id=upload.uploaded_by_id,
    )


def _join_parts(target: Store, session: UploadSession, parts: Sequence[tuple[int, str]] | None) -> None:
    """Make one object of the stored parts. An upload that the store no longer knows was joined by an earlier try."""
    try:
        stored = target.list_parts(session.key, session.multipart_id)
    except MissingObject:
        return
    if parts is not None:
        _check_parts(stored, parts)
    sizes = {part.part_number: part.size for part in stored}
    wanted = {number: session.size_of_part(number) for number in range(1, (session.part_count or 0) + 1)}
    missing = [number for number, size in wanted.items() if sizes.get(number) != size]
    if missing:
        raise NotUploaded(f"{len(missing)} of {len(wanted)} parts are not uploaded yet.", items=missing[:100])
    try:
        target.complete_multipart(session.key, session.multipart_id, stored)
    except MissingObject:  # another call joined them meanwhile: `stat` will tell
        return


def _check_parts(stored: Sequence[StoredPart], parts: Sequence[tuple[int, str]]) -> None:
    numbers = [number for number, _ in parts]
    etags = {part.part_number: part.etag.strip('"') for part in stored}
    if numbers != sorted(set(numbers)) or any(etags.get(number) != etag.strip('"') for number, etag in parts):
        raise InvalidParts(attr="parts")


def _verify(target: Store, session: UploadSession, stored: StoredObject) -> VerifiedFile:
    if stored.size != session.size:
        raise ContentMismatch(f"{stored.size} bytes are stored, {session.size} were announced.", attr="size")
    content = Content(stored.size, lambda start, end: target.read(session.key, start, end))
    dimensions = look_at(content, session.content_type) or (None, None)
    require_scanned(session, stored, content)
    checksum = checksum_of(stored, content.chunks(), announced=session.checksum_sha256)
    return VerifiedFile(stored.size, checksum, *dimensions)


def _new_upload(session: UploadSession, verified: VerifiedFile) -> Upload:
    kind, now = kind_of(session.type), timezone.now()
    return Upload(
        id=session.pk,
        organization_id=session.organization_id,
        uploaded_by_id=session.user_id,
        type=session.type,
        filename=generated_filename(session.filename, kind.extension(session.content_type)),
        original_filename=session.filename,
        mime_type=session.content_type,
        size=verified.size,
        checksum_sha256=verified.checksum_sha256,
        storage=session.storage,
        key=session.key,
        visibility=kind.visibility,
        width=verified.width,
        height=verified.height,
        created_at=now,
        updated_at=now,
    )


def _upload_of(session: UploadSession) -> Upload:
    """The upload a completed session made. Raises SessionOver where it was purged since."""
    upload = Upload.everything.filter(pk=session.upload_id).first()
    if upload is None:
        raise SessionOver("The file of this upload session was deleted.")
    return upload
