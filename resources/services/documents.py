"""Documents, created from uploads. Their texts, access and deletion are those of their uploads."""

from uuid import UUID

from django.utils.translation import gettext as _

from common.db.transactions import transactional
from common.errors import DoesNotExist, Invalid
from permissions.access import Access
from permissions.choices import Action
from resources.models import Resource
from uploads.choices import UploadType
from uploads.files.edit import Details, edit_upload
from uploads.models import Upload
from uploads.sessions.complete import make_from_session


def create_from_session(*, access: Access, session_id: UUID | None, details: Details) -> tuple[Upload, bool]:
    """Complete a session and create a document from its upload; return the upload, and whether the document is new.

    A repeated call returns the same document, also if the session was completed by another call.
    Raises DoesNotExist for a session of another user, Invalid for a file that is not a document, InTrash, and the
    errors of `uploads.sessions.complete`.
    """
    return make_from_session(
        access=access,
        session_id=session_id,
        details=details,
        require=lambda session: _require_document(session.type, attr="upload_session"),
        make=lambda upload, details: (upload, _ensure_document(upload, access, details)),
    )


@transactional
def create_from_upload(*, access: Access, upload_id: UUID | None, details: Details) -> tuple[Upload, bool]:
    """Create a document from a file that the caller may edit; return the file, and whether the document is new.

    Raises DoesNotExist for any other file, Invalid for a file that is not a document.
    """
    uploads = Upload.objects.select_for_update(of=("self",)).allowing(access, Action.EDIT)
    upload = uploads.filter(pk=upload_id).first() if upload_id else None
    if upload is None:
        raise DoesNotExist(attr="upload")
    _require_document(upload.type, attr="upload")
    return upload, _ensure_document(upload, access, details)


def _ensure_document(upload: Upload, access: Access, details: Details) -> bool:
    """Create the document of an upload that is locked or new, with `details`; return False if it exists."""
    if Resource.everything.filter(pk=upload.pk).exists():
        return False
    if details:
        edit_upload(upload=upload, details=details, by=access.user_id)
    Resource.everything.create(upload=upload, organization_id=upload.organization_id)
    return True


def _require_document(upload_type: str, *, attr: str) -> None:
    if upload_type != UploadType.DOCUMENT:
        message = _("A resource needs an upload of type DOCUMENT.")
        raise Invalid(message, attr=attr, code="unsupported_media_type")
