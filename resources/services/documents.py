"""Documents: made of uploads. Their texts and access are their uploads' (`editing`), and so is their deletion."""

from uuid import UUID

from django.db import transaction

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
    """Complete a session and make a document of its upload; returns the upload, and whether this call made it one.

    Doing it again, also where the session was completed without this, returns the same one.
    Raises DoesNotExist for a session that is not one's own, Invalid for another kind of file, InTrash, and as
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
        upload, _ = complete_session(access=access, session_id=session.pk)
        return _of_completed(access, upload.pk, details)
    verified = verify_session(session=session)  # looks into the store, so outside of the transaction
    with transaction.atomic():
        upload, _ = record_upload(session=session, verified=verified, details=details)
        return upload, _make(upload)


@transactional
def create_from_upload(*, access: Access, upload_id: UUID | None, details: Details) -> tuple[Upload, bool]:
    """Make a document of a file that the caller may edit; returns the file, and whether this call made it one.

    Raises DoesNotExist for any other file, Invalid for another kind of file.
    """
    uploads = Upload.objects.select_for_update(of=("self",)).allowing(access, Action.EDIT)
    upload = uploads.filter(pk=upload_id).first()
    if upload is None:
        raise DoesNotExist(attr="upload")
    _require_document(upload.type, attr="upload")
    return upload, _make(upload, access, details)


@transactional
def _of_completed(access: Access, upload_id: UUID, details: Details) -> tuple[Upload, bool]:
    """The document of one's own session that was completed already; what is said of it counts if one may edit it."""
    upload = Upload.everything.select_for_update(of=("self",)).get(pk=upload_id)
    if upload.is_deleted:
        raise InTrash
    may_edit = upload.allows(access, Action.EDIT)
    return upload, _make(upload, access, details if may_edit else {})


def _make(upload: Upload, access: Access | None = None, details: Details | None = None) -> bool:
    """Make a document of an upload that the transaction has locked or just made; `details` are for a new one."""
    if Resource.everything.filter(pk=upload.pk).exists():
        return False
    if details and access:
        edit_upload(upload=upload, details=details, by=access.user_id)
    Resource.everything.create(upload=upload, organization_id=upload.organization_id)
    return True


def _require_document(upload_type: str, *, attr: str) -> None:
    if upload_type != UploadType.DOCUMENT:
        raise Invalid("Resources are made of documents.", attr=attr, code="unsupported_media_type")
