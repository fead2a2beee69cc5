"""Queries of upload sessions: of one caller, and of an object key."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from common.errors import DoesNotExist, NotFound
from permissions.access import Access, scope
from uploads.choices import SessionState
from uploads.models import UploadSession


def own_sessions(access: Access) -> QuerySet[UploadSession]:
    """Return the caller's sessions in the organization, in any state."""
    return scope(UploadSession.objects.filter(Q(user_id=access.user_id)), access)


def find_session(*, access: Access, session_id: UUID) -> UploadSession:
    """Return the caller's session of that id in the organization. Raises NotFound."""
    session = own_sessions(access).filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def find_named_session(*, access: Access, session_id: UUID | None) -> UploadSession:
    """Return the caller's session that a request's body names. Raises DoesNotExist at `upload_session`."""
    session = own_sessions(access).filter(pk=session_id).first() if session_id else None
    if session is None:
        raise DoesNotExist(attr="upload_session")
    return session


def open_sessions(*, access: Access) -> QuerySet[UploadSession]:
    """Return the caller's sessions in the organization that are open, the newest first."""
    return own_sessions(access).filter(state=SessionState.OPEN, expires_at__gt=timezone.now())


def state_of_key(*, storage: str, key: str) -> SessionState | None:
    """Return the state of the session with that object key, EXPIRED once its time is over; None without a session."""
    row = UploadSession.objects.filter(storage=storage, key=key).values_list("state", "expires_at").first()
    if row is None:
        return None
    state, expires_at = SessionState(row[0]), row[1]
    return SessionState.EXPIRED if state == SessionState.OPEN and expires_at <= timezone.now() else state
