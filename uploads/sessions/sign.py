"""Upload sessions: sending an announced file, and giving it up. `opening` begins them, `completing` ends them well."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.db.clock import Now, now_plus
from common.db.transactions import after_commit
from common.errors import Denied, Invalid, NotFound
from common.resilience import deadlines
from permissions.access import Access, scope
from permissions.choices import Permission
from uploads.choices import SessionState
from uploads.errors import SessionExpired, SessionOver
from uploads.jobs import submit
from uploads.models import UploadSession
from uploads.outbox.deletions import schedule_deletion
from uploads.storage import store
from uploads.storage.contract import MissingObject, StoredPart, StoreUnavailable, Ticket
from uploads.storage.quota import release_bytes

URL_LIFE = timedelta(minutes=15)
REMOVAL_PATIENCE = 3.0  # seconds that a request spends on removing what it gave up
LATE_ARRIVAL = URL_LIFE + timedelta(hours=1)  # a PUT that began before its URL expired may still be under way


def own_sessions(access: Access) -> QuerySet[UploadSession]:
    """The caller's sessions in the organization, whatever became of them."""
    return scope(UploadSession.objects.filter(user_id=access.user_id), access)


def find_session(*, access: Access, session_id: UUID) -> UploadSession:
    """Return one's own session in the organization. Raises NotFound for any other."""
    session = own_sessions(access).filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def open_sessions(*, access: Access) -> QuerySet[UploadSession]:
    """The caller's sessions in the organization that can be gone on with, the newest first."""
    return own_sessions(access).filter(state=SessionState.OPEN, expires_at__gt=timezone.now())


def require_upload(access: Access) -> None:
    """Raise Denied where the caller may not upload (any more)."""
    if not access.has(Permission.MEDIA_UPLOAD):
        raise Denied


def require_open(session: UploadSession) -> None:
    """Raise SessionExpired or SessionOver where nothing more can be done with `session`; marks it expired if it is."""
    if session.is_open and session.expires_at <= timezone.now():
        end_session(session=session, state=SessionState.EXPIRED)
        raise SessionExpired
    if session.state == SessionState.EXPIRED:
        raise SessionExpired
    if session.state == SessionState.FAILED:
        raise SessionOver(code=session.failure)
    if not session.is_open:
        raise SessionOver


def state_behind(*, storage: str, key: str) -> SessionState | None:
    """The state of the session that `key` was given to, expired as soon as its time is over; None without a session."""
    found = UploadSession.objects.filter(storage=storage, key=key).values_list("state", "expires_at").first()
    if found is None:
        return None
    state, expires_at = SessionState(found[0]), found[1]
    return SessionState.EXPIRED if state == SessionState.OPEN and expires_at <= timezone.now() else state


def sign_session(session: UploadSession) -> Ticket | None:
    """The one PUT that sends the whole file; None where it goes in parts, or where the session is over."""
    if not session.is_open or session.part_size:
        return None
    return store(session.storage).sign_upload(
        session.key,
        size=session.size,
        content_type=session.content_type,
        checksum_sha256=session.checksum_sha256,
        expires_in=_url_life(session),
    )


def sign_parts(*, access: Access, session_id: UUID, part_numbers: Iterable[int]) -> list[tuple[int, Ticket]]:
    """Sign PUTs of those parts, as often as asked while the session lives. Raises Invalid for numbers out of range."""
    require_upload(access)
    session = find_session(access=access, session_id=session_id)
    require_open(session)
    require_multipart(session)
    numbers = list(dict.fromkeys(part_numbers))
    if not all(1 <= number <= (session.part_count or 0) for number in numbers):
        raise Invalid(f"Parts are numbered from 1 to {session.part_count}.", attr="part_numbers", code="invalid_part")
    sign, life = store(session.storage).sign_part, _url_life(session)
    return [
        (number, sign(session.key, session.multipart_id, number, size=session.size_of_part(number), expires_in=life))
        for number in numbers
    ]


def list_parts(*, access: Access, session_id: UUID) -> list[StoredPart]:
    """The parts stored so far, so that a client goes on where it was cut off."""
    session = find_session(access=access, session_id=session_id)
    require_open(session)
    require_multipart(session)
    try:
        return store(session.storage).list_parts(session.key, session.multipart_id)
    except MissingObject:  # joined already, by a completion that was cut off: nothing is left to send
        numbers = range(1, (session.part_count or 0) + 1)
        return [StoredPart(number, session.size_of_part(number), "") for number in numbers]


def abort_session(*, access: Access, session_id: UUID) -> None:
    """Give up a session and what was stored for it; doing it again is harmless. Raises SessionOver if completed."""
    session = find_session(access=access, session_id=session_id)
    if not end_session(session=session, state=SessionState.ABORTED):
        session.refresh_from_db()
    if session.state == SessionState.COMPLETED:
        raise SessionOver("This upload session is completed.")


def due_sessions() -> QuerySet[UploadSession]:
    """Open sessions whose time is over, the oldest first."""
    return UploadSession.objects.filter(state=SessionState.OPEN, expires_at__lte=Now()).order_by("expires_at")


def expire_sessions(*, limit: int = 1000) -> int:
    """End sessions that are due, `limit` at most; returns how many. Safe to run at any time, and twice at once."""
    return sum(end_session(session=session, state=SessionState.EXPIRED) for session in due_sessions()[:limit])


def end_session(*, session: UploadSession, state: SessionState, failure: str = "") -> bool:
    """Move an open session to `state`, give back its quota and remove its bytes. False where another was faster."""
    with transaction.atomic():
        ended = UploadSession.objects.filter(pk=session.pk, state=SessionState.OPEN).update(
            state=state, failure=failure, ended_at=timezone.now()
        )
        if not ended:
            return False
        release_bytes(organization_id=session.organization_id, user_id=session.user_id, size=session.size)
        # Removed at once below, and looked at again when no URL of the session can bring bytes any more.
        late = now_plus(LATE_ARRIVAL)
        schedule_deletion(
            session.storage, session.key, "session", organization_id=session.organization_id, not_before=late
        )
        after_commit(_remove_or_leave, session)
    session.state, session.failure = state, failure
    return True


def require_multipart(session: UploadSession) -> None:
    if not session.multipart_id:
        raise Invalid("This file is sent in one piece, not in parts.", code="not_multipart")


def remove_bytes(session: UploadSession) -> None:
    """Remove what was stored for an ended session; doing it again is harmless. Raises StoreUnavailable."""
    target = store(session.storage)
    if session.multipart_id:
        target.abort_multipart(session.key, session.multipart_id)
    if target.remove([session.key]):
        raise StoreUnavailable


def _remove_or_leave(session: UploadSession) -> None:
    """Remove the bytes now; where the store does not do it within a moment, a job does when it can."""
    try:
        with deadlines.within(REMOVAL_PATIENCE):
            remove_bytes(session)
    except Exception:
        submit("remove_session", subject=str(session.pk), max_attempts=20)
        raise


def _url_life(session: UploadSession) -> timedelta:
    return min(URL_LIFE, max(session.expires_at - timezone.now(), timedelta(seconds=1)))
