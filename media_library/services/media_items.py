"""Videos and sounds: made of uploads, transcoded again, deleted. Their texts are their uploads' (see `editing`)."""

from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from common.errors import DoesNotExist, Invalid, InvalidTransition, NotFound
from media_library.choices import MediaStatus, MediaType
from media_library.models import MediaItem
from media_library.services import statuses
from permissions.access import Access
from permissions.choices import Action
from uploads.choices import SessionState, UploadType
from uploads.errors import InTrash
from uploads.files.edit import Details, edit_upload
from uploads.jobs import cancel, submit
from uploads.models import Upload
from uploads.outbox.deletions import expedite_deletions
from uploads.sessions.complete import complete_session, record_upload
from uploads.sessions.guards import require_upload
from uploads.sessions.queries import find_session
from uploads.sessions.verify import verify_session

MEDIA_TYPES = {UploadType.AUDIO: MediaType.AUDIO, UploadType.VIDEO: MediaType.VIDEO}
TRANSCODE, PROBE = "transcode", "probe_media"
ATTEMPTS = 3


def create_from_session(*, access: Access, session_id: UUID, details: Details) -> tuple[MediaItem, bool]:
    """Complete a session and make a media item of its upload; returns it, and whether this call made it.

    Doing it again, also where the session was completed without this, returns the same one.
    Raises DoesNotExist for a session that is not one's own, Invalid for another kind of file, and as
    `uploads.sessions.complete`.
    """
    try:
        session = find_session(access=access, session_id=session_id)
    except NotFound:
        raise DoesNotExist(attr="upload_session") from None
    require_upload(access)
    _require_media(session.type, attr="upload_session")
    if session.state == SessionState.COMPLETED:
        upload, _ = complete_session(access=access, session_id=session_id)
        return _of_completed(access, upload.pk, details)
    verified = verify_session(session=session)  # looks into the store, so outside of the transaction
    with transaction.atomic():
        upload, _ = record_upload(session=session, verified=verified, details=details)
        return _item_of(upload, access)


def create_from_upload(*, access: Access, upload_id: UUID | None, details: Details) -> tuple[MediaItem, bool]:
    """Make a media item of a file that the caller may edit; returns it, and whether this call made it.

    `details` are written on the file. Raises DoesNotExist for any other file, Invalid for another kind of file.
    """
    with transaction.atomic():
        uploads = Upload.objects.select_for_update(of=("self",)).allowing(access, Action.EDIT)
        upload = uploads.filter(pk=upload_id).first()
        if upload is None:
            raise DoesNotExist(attr="upload")
        _require_media(upload.type, attr="upload")
        return _item_of(upload, access, details)


def transcode_again(*, item: MediaItem) -> None:
    """Have a video that failed transcoded once more; the caller's transaction has locked its upload.

    Raises InvalidTransition where it has not failed.
    """
    if item.media_type != MediaType.VIDEO or item.status != MediaStatus.FAILED:
        raise InvalidTransition(f"A media item that is {item.status} is not transcoded again.")
    start(item)


def cancel_transcoding(*, item: MediaItem) -> bool:
    """Stop the transcoding of a video, here or elsewhere; False: it was not under way. No right is asked.

    Outside of any transaction that has locked the upload: a worker locks its job first.
    """
    if item.job_id and cancel(job_id=item.job_id):
        return True
    with transaction.atomic():
        canceled = bool(item.attempt_prefix) and statuses.fail(item.pk, statuses.CANCELED, job_id=item.job_id)
        if canceled:
            expedite_deletions(item.upload.storage, item.attempt_prefix)
    return canceled


def start(item: MediaItem) -> None:
    """Begin what makes a new item, or one whose bytes were replaced, ready; inside the caller's transaction."""
    if item.media_type == MediaType.AUDIO:
        statuses.move(item.pk, MediaStatus.READY)
        submit(PROBE, subject=str(item.pk), organization_id=item.organization_id)
        return
    job = submit(TRANSCODE, subject=str(item.pk), organization_id=item.organization_id, max_attempts=ATTEMPTS)
    fresh: dict[str, Any] = {"job": job, "hls_key": "", "attempt_prefix": "", "progress": 0}
    if not statuses.move(item.pk, MediaStatus.TRANSCODING, **fresh):  # it is at it, with bytes that were replaced
        MediaItem.everything.filter(pk=item.pk, status=MediaStatus.TRANSCODING).update(**fresh)


def _of_completed(access: Access, upload_id: UUID, details: Details) -> tuple[MediaItem, bool]:
    """The item of one's own session that was completed without it. Raises InTrash."""
    with transaction.atomic():
        upload = Upload.everything.select_for_update(of=("self",)).get(pk=upload_id)
        if upload.is_deleted:
            raise InTrash
        may_edit = upload.allows(access, Action.EDIT)
        return _item_of(upload, access, details if may_edit else {})


def _item_of(upload: Upload, access: Access, details: Details | None = None) -> tuple[MediaItem, bool]:
    """The item of an upload that the caller's transaction has locked or just made; `details` are for a new one."""
    found = MediaItem.everything.filter(pk=upload.pk).first()
    if found:
        return found, False
    if details:
        edit_upload(upload=upload, details=details, by=access.user_id)
    now = timezone.now()
    item = MediaItem.everything.create(
        upload=upload,
        organization_id=upload.organization_id,
        media_type=MEDIA_TYPES[cast(UploadType, upload.type)],
        created_at=now,
        updated_at=now,
    )
    start(item)
    item.refresh_from_db()
    return item, True


def _require_media(upload_type: str, *, attr: str) -> None:
    if upload_type not in MEDIA_TYPES:
        raise Invalid("Media items are made of videos and sounds.", attr=attr, code="unsupported_media_type")
