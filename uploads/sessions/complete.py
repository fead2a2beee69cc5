"""Completing an upload session: its stored bytes are verified, then the row of the upload is made."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.transactions import transactional
from permissions.access import Access
from permissions.choices import Action
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction, SessionState
from uploads.errors import InTrash, SessionExpired, SessionOver
from uploads.files.checksums import schedule_checksum
from uploads.files.edit import Details, apply_details
from uploads.jobs import submit
from uploads.models import Upload, UploadSession
from uploads.sessions.guards import require_upload
from uploads.sessions.queries import find_named_session, find_session
from uploads.sessions.verify import VerifiedFile, verify_session
from uploads.storage.quota import settle_bytes

T = TypeVar("T")
Make = Callable[[Upload, Details], tuple[T, bool]]


def complete_session(
    *,
    access: Access,
    session_id: UUID,
    parts: Sequence[tuple[int, str]] | None = None,
    details: Details | None = None,
) -> tuple[Upload, bool]:
    """Make the upload of a session; return it, and whether this call made it. Idempotent.

    `parts` are the numbers and ETags that the client sent; without them the stored parts are used.
    Raises NotFound, Denied, SessionExpired, SessionOver, and what `verify_session` and `apply_details` raise.
    """
    session = find_session(access=access, session_id=session_id)
    require_upload(access)
    if session.state == SessionState.COMPLETED:
        return _upload_of(session), False
    verified = verify_session(session=session, parts=parts)
    with transaction.atomic():
        return record_upload(session=session, verified=verified, details=details or {})


def make_from_session(
    *,
    access: Access,
    session_id: UUID | None,
    details: Details,
    require: Callable[[UploadSession], None],
    make: Make[T],
) -> tuple[T, bool]:
    """Complete a session and make a row from its upload in one transaction; return what `make` returns. Idempotent.

    `make(upload, details)` returns the new or earlier row of the upload, and whether it is new. The transaction has
    made or locked the upload. `details` are those that are not written to it yet: none for a new upload, and for a
    session that was completed before those of a caller who may edit it. `require` raises if the type of the session's
    file is not accepted. Raises DoesNotExist for a session of another caller, InTrash, and the errors of
    `complete_session`.
    """
    session = find_named_session(access=access, session_id=session_id)
    require_upload(access)
    require(session)
    if session.state == SessionState.COMPLETED:
        return _make_of_completed(access, _upload_of(session).pk, details, make)
    verified = verify_session(session=session)  # reads from the store, so outside of the transaction
    with transaction.atomic():
        upload, _is_new = record_upload(session=session, verified=verified, details=details)
        return make(upload, {})


def record_upload(
    *, session: UploadSession, verified: VerifiedFile, details: Details | None = None
) -> tuple[Upload, bool]:
    """Make the row of a verified session inside the caller's transaction; return it, and whether it is new.

    The session is completed, its reservation settled, and the upload has the session's id. Background jobs begin after
    the commit. Raises SessionExpired and SessionOver if another call has ended the session.
    """
    session = claim_session(session=session)
    if session.state == SessionState.COMPLETED:
        return _upload_of(session), False
    upload = _new_upload(session, verified)
    apply_details(upload=upload, details=details or {})
    finish_session(session=session, upload=upload)
    record_activity(action=ActivityAction.UPLOAD, uploads=upload, actor_id=session.user_id)
    submit("make_renditions", subject=str(upload.pk), organization_id=upload.organization_id)
    return upload, True


def claim_session(*, session: UploadSession) -> UploadSession:
    """Lock a session until the end of the transaction and return it; it is open or completed.

    Raises SessionExpired and SessionOver where it expired, failed or was aborted after it was verified.
    """
    locked = UploadSession.objects.select_for_update().get(pk=session.pk)
    if locked.state == SessionState.EXPIRED:
        raise SessionExpired
    if locked.state not in (SessionState.OPEN, SessionState.COMPLETED):
        raise SessionOver(code=locked.failure)
    return locked


def finish_session(*, session: UploadSession, upload: Upload) -> None:
    """Mark a claimed session completed by `upload` and turn its reservation into used bytes of the upload's owner.

    Where the checksum is not known, a job computes it after the caller's transaction.
    """
    UploadSession.objects.filter(pk=session.pk, state=SessionState.OPEN).update(
        state=SessionState.COMPLETED, ended_at=timezone.now(), upload=upload
    )
    settle_bytes(
        organization_id=session.organization_id,
        user_id=session.user_id,
        reserved=session.size,
        used=session.size,
        owner_id=upload.uploaded_by_id,
    )
    schedule_checksum(upload)


@transactional
def _make_of_completed(access: Access, upload_id: UUID, details: Details, make: Make[T]) -> tuple[T, bool]:
    upload = Upload.everything.select_for_update(of=("self",)).get(pk=upload_id)
    if upload.is_deleted:
        raise InTrash
    return make(upload, details if upload.allows(access, Action.EDIT) else {})


def _new_upload(session: UploadSession, verified: VerifiedFile) -> Upload:
    now = timezone.now()
    return Upload(
        id=session.pk,
        organization_id=session.organization_id,
        uploaded_by_id=session.user_id,
        type=session.type,
        filename=verified.filename,
        visibility=verified.kind.visibility,
        created_at=now,
        updated_at=now,
        **verified.facts(),
    )


def _upload_of(session: UploadSession) -> Upload:
    """Return the upload of a completed session. Raises SessionOver where it was purged."""
    upload = Upload.everything.filter(Q(pk=session.upload_id)).first()
    if upload is None:
        raise SessionOver(_("The file of this upload session was deleted."))
    return upload
