"""Guards of upload sessions: each function raises where a caller may not continue."""

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Denied, Invalid
from permissions.access import Access
from permissions.choices import Permission
from uploads.choices import SessionState
from uploads.errors import SessionExpired, SessionOver
from uploads.models import UploadSession
from uploads.sessions.end import end_session


def require_upload(access: Access) -> None:
    """Raise Denied where the caller may not upload."""
    if not access.has(Permission.MEDIA_UPLOAD):
        raise Denied


def require_open(session: UploadSession) -> None:
    """Raise SessionExpired or SessionOver for a session that is not open. One whose time is over is expired first."""
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
    """Raise Invalid for a session whose file is sent with a single PUT."""
    if not session.multipart_id:
        raise Invalid(_("This file is sent with a single PUT, not in parts."), code="not_multipart")
