"""What must hold before a caller goes on with an upload session. Each function raises where it does not."""

from django.utils import timezone

from common.errors import Denied, Invalid
from permissions.access import Access
from permissions.choices import Permission
from uploads.choices import SessionState
from uploads.errors import SessionExpired, SessionOver
from uploads.models import UploadSession
from uploads.sessions.end import end_session


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


def require_multipart(session: UploadSession) -> None:
    if not session.multipart_id:
        raise Invalid("This file is sent in one piece, not in parts.", code="not_multipart")
