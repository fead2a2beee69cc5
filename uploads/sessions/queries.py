"""Upload sessions of one caller, and the session behind an object key."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from common.errors import NotFound
from permissions.access import Access, scope
from uploads.choices import SessionState
from uploads.models import UploadSession


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


def state_of_key(*, storage: str, key: str) -> SessionState | None:
    """The state of the session that `key` was given to, expired as soon as its time is over; None without a session."""
    found = UploadSession.objects.filter(storage=storage, key=key).values_list("state", "expires_at").first()
    if found is None:
        return None
    state, expires_at = SessionState(found[0]), found[1]
    return SessionState.EXPIRED if state == SessionState.OPEN and expires_at <= timezone.now() else state
