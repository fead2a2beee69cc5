"""The background jobs of media items: transcoding, probing, and cleaning up after kills."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from media_library.choices import MediaStatus
from media_library.models import MediaItem
from media_library.services import statuses
from media_library.services.media_items import ATTEMPTS, PROBE, TRANSCODE, TRANSCODE_SOUND
from media_library.transcoding import remote
from media_library.transcoding.errors import Untranscodable
from media_library.transcoding.folders import reap_folders
from media_library.transcoding.probe import probe
from media_library.transcoding.sound import needs_streams, transcode_sound
from media_library.transcoding.transcode import transcode_item
from uploads.choices import JobState, Lane
from uploads.jobs import JobContext, handler, periodic, submit
from uploads.models import Job
from uploads.storage.local_copy import local_copy


def fail_item(job: Job) -> None:
    """Fail the item of a job that ended without success."""
    reason = statuses.CANCELED if job.state == JobState.CANCELED else statuses.EXHAUSTED
    statuses.fail(UUID(job.subject), gettext(reason), job_id=job.pk)


@handler(
    TRANSCODE,
    lease=timedelta(seconds=40),  # after it another worker takes over the job of a killed one
    timeout=timedelta(seconds=settings.TRANSCODE_TIMEOUT),
    backoff=timedelta(seconds=30),
    concurrency=1,
    on_failure=fail_item,
    lane=Lane.LONG,
)
def transcode(job: JobContext) -> dict:
    """Make the streams of the video named by `job.subject`, here or with a remote transcoder."""
    item = _item_of(job)
    if item is None:
        return {"superseded": True}
    if item.is_ready:
        return {"already": item.status}
    with job.writing():
        statuses.change_status(item.pk, MediaStatus.TRANSCODING, job_id=job.id)  # a dead job that was queued again
    return remote.request_transcoding(job, item) if settings.TRANSCODER_URL else transcode_item(job, item)


@handler(remote.OVERDUE)
def transcoding_overdue(job: JobContext) -> dict:
    """Stop waiting for a remote transcoder that did not respond."""
    return {"failed": remote.stop_waiting(job.subject)}


@handler(PROBE, timeout=timedelta(minutes=30))
def probe_media(job: JobContext) -> dict:
    """Read the duration of the audio file named by `job.subject`, and order streams if some browsers do not play it."""
    item = MediaItem.everything.select_related("upload").filter(pk=UUID(job.subject), upload__purging_at=None).first()
    if item is None:
        return {}
    with TemporaryDirectory(prefix="probe-") as folder:
        try:
            source = local_copy(item.upload, Path(folder) / "source", report=lambda part: job.report(90 * part))
            probed = probe(source)
        except Untranscodable as error:
            return {"unreadable": str(error)}
    with job.writing():
        if needs_streams(item.upload.mime_type, probed):
            submit(TRANSCODE_SOUND, subject=job.subject, organization_id=item.organization_id, max_attempts=ATTEMPTS)
        if probed.duration is not None:
            rows = MediaItem.everything.filter(pk=item.pk, upload__key=item.upload.key)
            rows.update(duration_seconds=round(probed.duration, 3))
    return {"duration_seconds": probed.duration}


@handler(
    TRANSCODE_SOUND,
    lease=timedelta(seconds=40),
    timeout=timedelta(seconds=settings.TRANSCODE_TIMEOUT),
    backoff=timedelta(seconds=30),
    lane=Lane.LONG,
)
def sound(job: JobContext) -> dict:
    """Make the streams of the sound named by `job.subject`, which some browsers do not play."""
    item = MediaItem.everything.select_related("upload").filter(pk=UUID(job.subject), upload__purging_at=None).first()
    return transcode_sound(job, item) if item else {"superseded": True}


@periodic("reap_transcodings", every=timedelta(hours=1))
@handler("reap_transcodings", concurrency=1)
def reap_transcodings(job: JobContext) -> dict:
    """Remove the working folders of killed transcodings from local disk."""
    return {"removed": reap_folders()}


def _item_of(job: JobContext) -> MediaItem | None:
    """Return the item that waits for this job, unless it is being purged."""
    items = MediaItem.everything.select_related("upload")
    return items.filter(pk=UUID(job.subject), job_id=job.id, upload__purging_at=None).first()
