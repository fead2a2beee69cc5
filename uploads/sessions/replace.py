"""Replacing the bytes of an upload by those of a session."""

from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Invalid
from permissions.access import Access
from uploads.choices import SessionState
from uploads.errors import SessionOver
from uploads.files.versions import replace_bytes
from uploads.kinds.formats import extensions_of
from uploads.models import Upload, UploadSession
from uploads.names import renamed, with_extension
from uploads.sessions.complete import claim_session, finish_session
from uploads.sessions.guards import require_upload
from uploads.sessions.queries import find_named_session
from uploads.sessions.verify import VerifiedFile


def find_replacement(*, access: Access, upload: Upload, session_id: UUID) -> UploadSession:
    """Return the caller's session whose bytes replace those of `upload`: open, or completed by this replacement.

    Raises Denied for callers who may not upload, DoesNotExist for a session that is not the caller's, Invalid for a
    file of another type, SessionOver for a session that made another file.
    """
    require_upload(access)
    session = find_named_session(access=access, session_id=session_id)
    if session.type != upload.type:
        detail = _("This session is for files of type %(type)s.") % {"type": session.type}
        raise Invalid(detail, attr="upload_session", code="type_mismatch")
    if session.state == SessionState.COMPLETED and not _has_replaced(session, upload):
        raise SessionOver(_("This upload session is completed."))
    return session


def replace_upload(
    *, upload: Upload, session: UploadSession, verified: VerifiedFile, by: UUID | None, name: str = ""
) -> bool:
    """Give a live upload, locked by the caller's transaction, the bytes of a verified session.

    Its name stays, or is `name`, with an extension of the new bytes. Returns False if it has the bytes already. The
    session is completed and its reservation settled. Raises SessionExpired, SessionOver, Invalid `invalid_filename`.
    """
    session = claim_session(session=session)
    if session.state == SessionState.COMPLETED:
        if _has_replaced(session, upload):
            return False
        raise SessionOver(_("This upload session is completed."))
    facts = verified.facts() | {"original_filename": _name_of(upload, verified, name)}
    replace_bytes(upload=upload, facts=facts, by=by)
    finish_session(session=session, upload=upload)
    return True


def _name_of(upload: Upload, verified: VerifiedFile, name: str) -> str:
    current = upload.original_filename
    if verified.mime_type != upload.mime_type:
        current = with_extension(current, extensions_of(verified.mime_type))
    return renamed(name, current=current) if name else current


def _has_replaced(session: UploadSession, upload: Upload) -> bool:
    """Tell whether this session replaced the bytes of `upload`; the session that made the upload has its id."""
    return session.upload_id == upload.pk != session.pk
