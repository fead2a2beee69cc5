"""The bytes of a session take the place of those that a file has."""

from uuid import UUID

from common.errors import DoesNotExist, Invalid, NotFound
from permissions.access import Access
from uploads.choices import SessionState
from uploads.errors import SessionOver
from uploads.files.checksums import read_later
from uploads.files.versions import replace_bytes
from uploads.models import Upload, UploadSession
from uploads.sessions.end import claim_session, finish_session
from uploads.sessions.guards import require_upload
from uploads.sessions.queries import find_session
from uploads.sessions.verify import VerifiedFile


def find_replacement(*, access: Access, upload: Upload, session_id: UUID) -> UploadSession:
    """Return the caller's session whose bytes are to replace those of `upload`, open or completed by that already.

    Raises Denied for callers who may not upload (any more), DoesNotExist for a session of nobody or somebody else,
    Invalid for a file of another type, SessionOver for a session that made another file.
    """
    require_upload(access)
    try:
        session = find_session(access=access, session_id=session_id)
    except NotFound:
        raise DoesNotExist(attr="upload_session") from None
    if session.type != upload.type:
        raise Invalid(f"This replaces files of type {session.type}.", attr="upload_session", code="type_mismatch")
    if session.state == SessionState.COMPLETED and not _has_replaced(session, upload):
        raise SessionOver("This upload session is completed.")
    return session


def replace_upload(*, upload: Upload, session: UploadSession, verified: VerifiedFile, by: UUID | None) -> bool:
    """Give a live upload, locked by the caller's transaction, the bytes of a verified session; tell whether it is new.

    The session is over then, and its reservation settled. Raises SessionExpired, SessionOver.
    """
    session = claim_session(session=session)
    if session.state == SessionState.COMPLETED:
        if _has_replaced(session, upload):
            return False
        raise SessionOver("This upload session is completed.")
    facts = {
        "original_filename": session.filename,
        "mime_type": session.content_type,
        "size": verified.size,
        "checksum_sha256": verified.checksum_sha256,
        "storage": session.storage,
        "key": session.key,
        "width": verified.width,
        "height": verified.height,
        "page_count": None,
    }
    finish_session(session=session, upload=upload)
    replace_bytes(upload=upload, facts=facts, by=by)
    read_later(upload)
    return True


def _has_replaced(session: UploadSession, upload: Upload) -> bool:
    """Whether it was this session that gave `upload` other bytes; the one that made it has its id."""
    return session.upload_id == upload.pk != session.pk
