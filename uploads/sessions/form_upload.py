"""The way in for small files: session, bytes and row in one call, through the same checks."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from permissions.access import Access
from uploads.choices import SessionState, UploadType
from uploads.files.edit import Details
from uploads.models import Upload
from uploads.sessions.complete import record_upload
from uploads.sessions.create import open_session
from uploads.sessions.end import end_session
from uploads.sessions.verify import verify_session
from uploads.storage import store


def upload_file(
    *,
    access: Access,
    type: UploadType | str,  # noqa: A002
    file: UploadedFile,
    details: Details | None = None,
) -> Upload:
    """Store `file` and make its upload. Whatever goes wrong, neither bytes nor reservation stay behind.

    Access is asked once, by `open_session`. Raises what `open_session`, `verify_session` and `record_upload` raise.
    """
    session = open_session(
        access=access,
        type=type,
        filename=file.name or "",
        content_type=file.content_type or "",
        size=file.size or 0,
        in_one_piece=True,
    )
    try:
        store(session.storage).put(session.key, file, content_type=session.content_type)
        verified = verify_session(session=session)
        with transaction.atomic():
            upload, _ = record_upload(session=session, verified=verified, details=details)
    except Exception:
        end_session(session=session, state=SessionState.FAILED, failure="not_completed")
        raise
    return upload
