"""Media items: created from uploads, transcoded again, cancelled. Their texts are those of their uploads."""

from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import DoesNotExist, Invalid, InvalidTransition
from media_library.choices import MediaStatus, MediaType
from media_library.models import MediaItem
from media_library.services import statuses
from permissions.access import Access
from permissions.choices import Action
from uploads.choices import UploadType
from uploads.files.edit import Details, edit_upload
from uploads.jobs import cancel, submit
from uploads.models import Upload
from uploads.outbox.deletions import expedite_deletions
from uploads.sessions.complete import make_from_session

MEDIA_TYPES = {UploadType.AUDIO: MediaType.AUDIO, UploadType.VIDEO: MediaType.VIDEO}
TRANSCODE, PROBE, TRANSCODE_SOUND = "transcode", "probe_media", "transcode_sound"
ATTEMPTS = 3


def create_from_session(*, access: Access, session_id: UUID, details: Details) -> tuple[MediaItem, bool]:
    """Complete a session and create a media item from its upload; return it, and whether this call created it.

    A repeated call returns the same item, also if the session was completed by another call.
    Raises DoesNotExist for a session of another user, Invalid for another type of file, and the errors of
    `uploads.sessions.complete`.
    """
    return make_from_session(
        access=access,
        session_id=session_id,
        details=details,
        require=lambda session: _require_media(session.type, attr="upload_session"),
        make=lambda upload, details: _item_of(upload, access, details),
    )


def create_from_upload(*, access: Access, upload_id: UUID | None, details: Details) -> tuple[MediaItem, bool]:
    """Create a media item from a file that the caller may edit; return it, and whether this call created it.

    `details` are stored on the file. Raises DoesNotExist for any other file, Invalid for another type of file.
    """
    with transaction.atomic():
        uploads = Upload.objects.select_for_update(of=("self",)).allowing(access, Action.EDIT)
        upload = uploads.filter(pk=upload_id).first() if upload_id else None
        if upload is None:
            raise DoesNotExist(attr="upload")
        _require_media(upload.type, attr="upload")
        return _item_of(upload, access, details)


def transcode_again(*, item: MediaItem) -> None:
    """Transcode a failed video again; the caller's transaction has locked its upload.

    Raises InvalidTransition for an item that has not failed.
    """
    if item.media_type != MediaType.VIDEO or item.status != MediaStatus.FAILED:
        message = _("Only a failed video can be transcoded again; this item is %(status)s.")
        raise InvalidTransition(message % {"status": item.status})
    start_processing(item=item)


def cancel_transcoding(*, item: MediaItem) -> bool:
    """Cancel the transcoding of a video, local or remote; return False if none was running. Checks no permission.

    Call it outside a transaction that has locked the upload: a worker locks its job first.
    """
    if item.job_id and cancel(job_id=item.job_id):
        return True
    with transaction.atomic():
        canceled = bool(item.attempt_prefix) and statuses.fail(item.pk, _(statuses.CANCELED), job_id=item.job_id)
        if canceled:
            expedite_deletions(item.upload.storage, item.attempt_prefix)
    return canceled


def start_processing(*, item: MediaItem) -> None:
    """Submit the job that makes a new item, or one with replaced bytes, ready; in the caller's transaction."""
    if item.media_type == MediaType.AUDIO:
        statuses.change_status(item.pk, MediaStatus.READY)
        MediaItem.everything.filter(pk=item.pk).update(hls_key="")  # of bytes that were replaced
        submit(PROBE, subject=str(item.pk), organization_id=item.organization_id)
        return
    job = submit(TRANSCODE, subject=str(item.pk), organization_id=item.organization_id, max_attempts=ATTEMPTS)
    initial: dict[str, Any] = {"job": job, "hls_key": "", "has_timeline": False, "attempt_prefix": "", "progress": 0}
    if not statuses.change_status(
        item.pk, MediaStatus.TRANSCODING, **initial
    ):  # transcoding already, of bytes that were replaced
        MediaItem.everything.filter(pk=item.pk, status=MediaStatus.TRANSCODING).update(**initial)


def _item_of(upload: Upload, access: Access, details: Details) -> tuple[MediaItem, bool]:
    """Return the item of an upload that is locked or new, creating it with `details` if there is none."""
    existing = MediaItem.everything.filter(pk=upload.pk).first()
    if existing:
        return existing, False
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
    start_processing(item=item)
    item.refresh_from_db()
    return item, True


def _require_media(upload_type: str, *, attr: str) -> None:
    if upload_type not in MEDIA_TYPES:
        message = _("A media item needs an upload of type VIDEO or AUDIO.")
        raise Invalid(message, attr=attr, code="unsupported_media_type")
