"""The way in for small files: session, bytes and row in one call, through the same checks."""

from django.core.files.uploadedfile import UploadedFile

from permissions.access import Access
from uploads.choices import SessionState, UploadType
from uploads.files.edit import Details
from uploads.kinds import canonical_type, kind_of
from uploads.models import Upload
from uploads.sessions.complete import complete_session
from uploads.sessions.create import open_session
from uploads.sessions.sign import end_session
from uploads.storage import store


def upload_file(
    *,
    access: Access,
    type: UploadType | str,  # noqa: A002
    file: UploadedFile,
    details: Details | None = None,
) -> Upload:
    """Store `file` and make its upload. Whatever goes wrong, neither bytes nor reservation stay behind.

    Raises what `open_session` and `complete_session` raise.
    """
    name = file.name or ""
    said = canonical_type(file.content_type or "")
    if said in ("", "application/octet-stream"):  # what a client says that does not know
        said = kind_of(type).type_of_name(name) or said
    session = open_session(
        access=access, type=type, filename=name, content_type=said, size=file.size or 0, in_one_piece=True
    )
    try:
        store(session.storage).put(session.key, file, content_type=session.content_type)
        upload, _ = complete_session(access=access, session_id=session.pk, details=details)
    except Exception:
        end_session(session=session, state=SessionState.FAILED, failure="not_completed")
        raise
    return upload
