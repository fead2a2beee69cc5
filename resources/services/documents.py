"""Documents, created from uploads. Their texts, access and deletion are those of their uploads."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from common.db.transactions import transactional
from common.errors import DoesNotExist, Invalid, NotFound
from permissions.access import Access
from permissions.choices import Action
from resources.models import Resource
from uploads.choices import SessionState, UploadType
from uploads.errors import InTrash
from uploads.files.edit import Details, edit_upload
from uploads.models import Upload
from uploads.sessions.complete import complete_session, record_upload
from uploads.sessions.guards import require_upload
from uploads.sessions.queries import find_session
from uploads.sessions.verify import verify_session


def create_from_session(*, access: Access, session_id: UUID | None, details: Details) -> tuple[Upload, bool]:
    """Complete a session and create a document from its upload; return the upload, and whether the document is new.

    A repeated call returns the same document, also if the session was completed by another call.
    Raises DoesNotExist for a session of another user, Invalid for another type of file, InTrash, and the errors of
    `uploads.sessions.complete`.
    """
    try:
        session = find_session(access=access, session_id=session_id) if session_id else None
    except NotFound:
        session = None
    if session is None:
        raise DoesNotExist(attr="upload_session")
    require_upload(access)
    _require_document(session.type, attr="upload_session")
    if session.state == SessionState.COMPLETED:
        upload, _is_new = complete_session(access=access, session_id=session.pk)
        return _document_of_completed(access, upload.pk, details)
    verified = verify_session(session=session)  # reads the store: outside the transaction
    with transaction.atomic():
        upload, _is_new = record_upload(session=session, verified=verified, details=details)
        return upload, _ensure_document(upload)


@transactional
def create_from_upload(*, access: Access, upload_id: UUID | None, details: Details) -> tuple[Upload, bool]:
    """Create a document from a file that the caller may edit; return the file, and whether the document is new.

    Raises DoesNotExist for any other file, Invalid for another type of file.
    """
    uploads = Upload.objects.select_for_update(of=("self",)).allowing(access, Action.EDIT)
    upload = uploads.filter(pk=upload_id).first() if upload_id else None
    if upload is None:
        raise DoesNotExist(attr="upload")
    _require_document(upload.type, attr="upload")
    return upload, _ensure_document(upload, access, details)


@transactional
def _document_of_completed(access: Access, upload_id: UUID, details: Details) -> tuple[Upload, bool]:
    """Return the document of a session that was completed earlier; `details` count if the caller may edit it."""
    upload = Upload.everything.select_for_update(of=("self",)).get(pk=upload_id)
    if upload.is_deleted:
        raise InTrash
    may_edit = upload.allows(access, Action.EDIT)
    return upload, _ensure_document(upload, access, details if may_edit else {})


def _ensure_document(upload: Upload, access: Access | None = None, details: Details | None = None) -> bool:
    """Create the document of an upload that is locked or new, with `details`; return False if it exists."""
    if Resource.everything.filter(pk=upload.pk).exists():
        return False
    if details and access:
        edit_upload(upload=upload, details=details, by=access.user_id)
    Resource.everything.create(upload=upload, organization_id=upload.organization_id)
    return True


def _require_document(upload_type: str, *, attr: str) -> None:
    if upload_type != UploadType.DOCUMENT:
        message = _("A resource needs an upload of type DOCUMENT.")
        raise Invalid(message, attr=attr, code="unsupported_media_type")
