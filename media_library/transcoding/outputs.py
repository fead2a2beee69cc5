"""Storing streams, completely or not at all.

Every attempt writes below its own prefix. Before the first object is stored, the prefix is written into the outbox of
deletions, due after the time limit of the attempt; the transaction that switches the item to the streams removes that
entry. The objects of a killed attempt are therefore removed, and at most one set of streams is in use.
"""

from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from common.batches import batches
from common.db.clock import Now, now_plus
from media_library.models import MediaItem
from uploads.jobs import JobContext, JobLost
from uploads.models import StorageDeletion, Upload
from uploads.outbox.deletions import expedite_deletions, schedule_prefix_deletion
from uploads.storage import store

PLAYLIST = "application/vnd.apple.mpegurl"
# The types of playlists, segments and timelines by extension.
TYPES = {
    ".m3u8": PLAYLIST,
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".aac": "audio/aac",
    ".vtt": "text/vtt",
    ".jpg": "image/jpeg",
}
REASON = "transcoding"
MARGIN = timedelta(hours=1)
PARALLEL_PUTS = 8  # objects that are stored at the same time
_READ_AHEAD = 64


def streams_prefix(item: MediaItem) -> str:
    """Return the prefix of all sets of streams of an item."""
    return f"{item.organization_id}/media/{item.pk}/hls/"


def attempt_prefix(item: MediaItem, job: JobContext) -> str:
    """Return the prefix of one attempt; no other attempt writes below it."""
    return f"{streams_prefix(item)}{job.id.hex}-{job.attempt}/"


def schedule_removal(upload: Upload, prefix: str) -> None:
    """Schedule the deletion of `prefix` after the time limit of an attempt, unless `keep` is called before."""
    due = now_plus(timedelta(seconds=settings.TRANSCODE_TIMEOUT) + MARGIN)
    schedule_prefix_deletion(upload.storage, prefix, REASON, organization_id=upload.organization_id, not_before=due)


def keep(upload: Upload, item: MediaItem, prefix: str) -> None:
    """Cancel the deletion of `prefix` and delete all other sets of the item now, in the caller's transaction.

    Raises JobLost if the deletion of `prefix` has begun.
    """
    scheduled = StorageDeletion.objects.filter(storage=upload.storage, key=prefix, not_before__gt=Now())
    if not scheduled.delete()[0]:
        raise JobLost(f"The files below {prefix} are being removed.")
    if item.hls_key:
        schedule_prefix_deletion(
            upload.storage, folder_of(item.hls_key), REASON, organization_id=upload.organization_id
        )
    expedite_deletions(upload.storage, streams_prefix(item))


def folder_of(key: str) -> str:
    """Return the prefix of an object, with its slash."""
    return f"{key.rpartition('/')[0]}/"


def put_all(job: JobContext, upload: Upload, folder: Path, prefix: str) -> None:
    """Store every playlist and segment in `folder` below `prefix`. Raises JobLost and StoreUnavailable."""
    target = store(upload.storage)

    def put(path: Path) -> None:
        with path.open("rb") as content:
            target.put(f"{prefix}{path.relative_to(folder)}", content, content_type=TYPES[path.suffix])

    with ThreadPoolExecutor(PARALLEL_PUTS) as pool:
        try:
            for batch in batches((path for path in sorted(folder.rglob("*")) if path.suffix in TYPES), _READ_AHEAD):
                for future in as_completed([pool.submit(put, path) for path in batch]):
                    future.result()
                job.report(99)
        finally:
            pool.shutdown(cancel_futures=True)
