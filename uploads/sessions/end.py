"""Ending an upload session without a file: its quota is released and its bytes are deleted."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.clock import now_plus
from common.db.transactions import after_commit
from common.resilience import deadlines
from permissions.access import Access
from uploads.choices import SessionState
from uploads.errors import SessionOver
from uploads.jobs import submit
from uploads.models import UploadSession
from uploads.outbox.deletions import schedule_deletion
from uploads.sessions.lifetimes import LATE_ARRIVAL
from uploads.sessions.queries import find_session
from uploads.storage import store
from uploads.storage.contract import StoreUnavailable
from uploads.storage.quota import release_bytes

REMOVAL_PATIENCE = 3.0  # seconds that a request spends on deleting objects


def abort_session(*, access: Access, session_id: UUID) -> None:
    """Abort a session and delete what was stored for it. Idempotent. Raises NotFound, SessionOver if completed."""
    session = find_session(access=access, session_id=session_id)
    if not end_session(session=session, state=SessionState.ABORTED):
        session.refresh_from_db()
    if session.state == SessionState.COMPLETED:
        raise SessionOver(_("This upload session is completed."))


def end_session(*, session: UploadSession, state: SessionState, failure: str = "") -> bool:
    """End an open session in `state`, release its quota and delete its bytes; return False if it was not open."""
    with transaction.atomic():
        ended = UploadSession.objects.filter(pk=session.pk, state=SessionState.OPEN).update(
            state=state, failure=failure, ended_at=timezone.now()
        )
        if not ended:
            return False
        release_bytes(organization_id=session.organization_id, user_id=session.user_id, size=session.size)
        # Deleted at once by `_remove_or_submit`, and again when no URL of the session is valid any more.
        late = now_plus(LATE_ARRIVAL)
        schedule_deletion(
            session.storage, session.key, "session", organization_id=session.organization_id, not_before=late
        )
        after_commit(_remove_or_submit, session)
    session.state, session.failure = state, failure
    return True


def remove_objects(session: UploadSession) -> None:
    """Delete what was stored for an ended session. Idempotent. Raises StoreUnavailable."""
    target = store(session.storage)
    if session.multipart_id:
        target.abort_multipart(session.key, session.multipart_id)
    if target.remove([session.key]):
        raise StoreUnavailable


def _remove_or_submit(session: UploadSession) -> None:
    """Delete the bytes now; a job does it later if the store does not respond within REMOVAL_PATIENCE."""
    try:
        with deadlines.within(REMOVAL_PATIENCE):
            remove_objects(session)
    except Exception:
        submit("remove_session", subject=str(session.pk), max_attempts=20)
        raise
