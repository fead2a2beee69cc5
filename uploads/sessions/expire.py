"""Expired uploads: open sessions whose time is over end, and what was stored for them is removed."""

from django.db.models import QuerySet

from common.db.clock import Now
from uploads.choices import SessionState
from uploads.models import UploadSession
from uploads.sessions.end import end_session


def due_sessions() -> QuerySet[UploadSession]:
    """Open sessions whose time is over, the oldest first."""
    return UploadSession.objects.filter(state=SessionState.OPEN, expires_at__lte=Now()).order_by("expires_at")


def expire_sessions(*, limit: int = 1000) -> int:
    """End sessions that are due, `limit` at most; returns how many. Safe to run at any time, and twice at once."""
    return sum(end_session(session=session, state=SessionState.EXPIRED) for session in due_sessions()[:limit])
