"""Expiring upload sessions: open sessions whose time is over are ended, and their bytes are deleted."""

from django.db.models import QuerySet

from common.db.clock import Now
from uploads.choices import SessionState
from uploads.models import UploadSession
from uploads.sessions.end import end_session


def due_sessions() -> QuerySet[UploadSession]:
    """Open sessions whose time is over, the oldest first."""
    return UploadSession.objects.filter(state=SessionState.OPEN, expires_at__lte=Now()).order_by("expires_at")


def expire_sessions(*, limit: int = 1000) -> int:
    """Expire at most `limit` sessions whose time is over; return how many. May run at any time, also in parallel."""
    return sum(end_session(session=session, state=SessionState.EXPIRED) for session in due_sessions()[:limit])
