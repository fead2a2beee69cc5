"""Transcoding a video on this machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from media_library.choices import MediaStatus
from media_library.models import MediaItem
from media_library.services import statuses
from media_library.transcoding import outputs
from media_library.transcoding.errors import Untranscodable
from media_library.transcoding.ffmpeg import make_variants
from media_library.transcoding.folders import attempt_folder
from media_library.transcoding.ladder import ladder
from media_library.transcoding.master_playlist import MASTER, Stream, master_playlist, stream_of
from media_library.transcoding.probe import ProbeResult, probe
from media_library.transcoding.timeline import INDEX, timeline_of, write_index
from uploads.jobs import JobContext, JobFailed
from uploads.models import Upload
from uploads.outbox.deletions import expedite_deletions
from uploads.storage.local_copy import local_copy

FETCHED, MADE = 5, 95  # percent done when the source is fetched, when the variants are made


def transcode_item(job: JobContext, item: MediaItem) -> dict[str, Any]:
    """Transcode the video of an item on this machine and make the item ready. Idempotent.

    Bytes that cannot be transcoded fail the item, and JobFailed is raised; other errors are raised unchanged.
    """
    upload = item.upload
    prefix = outputs.attempt_prefix(item, job)
    with attempt_folder(job) as folder:
        try:
            source = local_copy(upload, folder / "source", report=lambda done: job.report(FETCHED * done))
            probed = probe(source)
            streams = _make(job, source, probed, folder)
            outputs.schedule_removal(upload, prefix)
            outputs.put_all(job, upload, folder, prefix)
            has_timeline = (folder / INDEX).is_file()
            if not switch_if_current(job, item, f"{prefix}{MASTER}", streams, probed, has_timeline=has_timeline):
                return {"superseded": upload.version}
        except Untranscodable as error:
            with job.writing():
                statuses.fail(item.pk, str(error), job_id=job.id)
            raise JobFailed(str(error)) from error
        except BaseException:
            expedite_deletions(upload.storage, prefix)
            raise
    return {"renditions": [stream.rung.name for stream in streams]}


def _make(job: JobContext, source: Path, probed: ProbeResult, folder: Path) -> Sequence[Stream]:
    """Make all variants, their master playlist and the timeline in `folder`. Raises Untranscodable."""
    if probed.video is None:
        raise Untranscodable(_("The file contains no picture."))
    rungs = ladder(probed.width, probed.height, probed.fps)
    last = 0

    def report(percent: float) -> None:
        nonlocal last
        percent = FETCHED + percent * (MADE - FETCHED) / 100
        if int(percent) > last or job.canceled:
            last = int(percent)
            job.report(last)

    make_variants(source, probed, rungs, folder, report=report)
    made = [stream_of(rung, folder, has_audio=probed.audio is not None) for rung in rungs]
    streams = [stream for stream in made if stream]
    if len(streams) < len(rungs):
        raise Untranscodable(_("No picture of the video can be decoded."))
    if probed.duration and max(stream.duration for stream in streams) < probed.duration / 2:
        raise Untranscodable(_("The video is incomplete: most of its data is missing."))
    (folder / MASTER).write_text(master_playlist(streams, probed))
    write_index(folder, timeline_of(probed.duration, rungs[-1]), max(stream.duration for stream in streams))
    return streams


def switch_if_current(
    job: JobContext,
    item: MediaItem,
    hls_key: str,
    streams: Sequence[Stream],
    probed: ProbeResult,
    *,
    has_timeline: bool,
) -> bool:
    """Switch the item to the streams of the master playlist `hls_key` in one transaction; earlier streams are deleted.

    Returns False if the upload was replaced or is being purged; the outbox then removes the new streams.
    """
    with job.writing():
        current = Upload.everything.filter(pk=item.pk, key=item.upload.key, purging_at=None)
        if not current.select_for_update(of=("self",)).values_list("pk").first():
            expedite_deletions(item.upload.storage, outputs.folder_of(hls_key))
            return False
        item.refresh_from_db(fields=["hls_key", "status"])
        duration = max(stream.duration for stream in streams)
        if not switch(item, hls_key, duration=duration, has_timeline=has_timeline, job=job):
            expedite_deletions(item.upload.storage, outputs.folder_of(hls_key))
            return False
        current.filter(width=None).update(width=probed.width, height=probed.height)
    return True


def switch(
    item: MediaItem, hls_key: str, *, duration: float | None, has_timeline: bool, job: JobContext | None = None
) -> bool:
    """Make the item ready with these streams; the caller's transaction has locked its upload.

    Returns False if the item does not wait for streams, or waits for those of another job.
    """
    ready = statuses.change_status(
        item.pk,
        MediaStatus.READY,
        job_id=job.id if job else None,
        hls_key=hls_key,
        has_timeline=has_timeline,
        attempt_prefix="",
        **({} if duration is None else {"duration_seconds": round(duration, 3)}),
    )
    if ready:
        outputs.keep(item.upload, item, outputs.folder_of(hls_key))
    return ready
