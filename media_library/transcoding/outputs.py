"""Streams on their way into the store: complete or not at all.

Every attempt writes below a prefix of its own. Before its first object, the prefix goes into the outbox of deletions,
due when the attempt must be over; the transaction that makes the streams the item's takes it out again. So whatever
kills an attempt, what it left is removed, and there is never more than one set in use.
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
# What streams consist of, by extension; here they are made of the first two.
TYPES = {
    ".m3u8": PLAYLIST,
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".aac": "audio/aac",
    ".vtt": "text/vtt",
}
REASON = "transcoding"
MARGIN = timedelta(hours=1)
AT_ONCE = 8  # objects on their way to a store elsewhere
_READ_AHEAD = 64


def streams_prefix(item: MediaItem) -> str:
    """Where all sets of an item's streams are."""
    return f"{item.organization_id}/media/{item.pk}/hls/"


def attempt_prefix(item: MediaItem, job: JobContext) -> str:
    """Where one attempt writes; no other ever does."""
    return f"{streams_prefix(item)}{job.id.hex}-{job.attempt}/"


def announce(upload: Upload, prefix: str) -> None:
    """Have what will be written below `prefix` removed, unless `keep` says otherwise in time."""
    due = now_plus(timedelta(seconds=settings.TRANSCODE_TIMEOUT) + MARGIN)
    schedule_prefix_deletion(upload.storage, prefix, REASON, organization_id=upload.organization_id, not_before=due)


def keep(upload: Upload, item: MediaItem, prefix: str) -> None:
    """Make `prefix` stay, and all other sets of the item go at once; inside the caller's transaction.

    Raises JobLost where it was too late and the removal has begun.
    """
    promised = StorageDeletion.objects.filter(storage=upload.storage, key=prefix, not_before__gt=Now())
    if not promised.delete()[0]:
        raise JobLost(f"The files below {prefix} are being removed.")
    if item.hls_key:
        schedule_prefix_deletion(
            upload.storage, folder_of(item.hls_key), REASON, organization_id=upload.organization_id
        )
    expedite_deletions(upload.storage, streams_prefix(item))


def folder_of(key: str) -> str:
    """The prefix in which an object is, with its slash."""
    return f"{key.rpartition('/')[0]}/"


def put_all(job: JobContext, upload: Upload, folder: Path, prefix: str) -> None:
    """Store every playlist and segment in `folder` below `prefix`. Raises JobLost and StoreUnavailable."""
    target = store(upload.storage)

    def put(path: Path) -> None:
        with path.open("rb") as content:
            target.put(f"{prefix}{path.relative_to(folder)}", content, content_type=TYPES[path.suffix])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for batch in batches((path for path in sorted(folder.rglob("*")) if path.suffix in TYPES), _READ_AHEAD):
                for future in as_completed([pool.submit(put, path) for path in batch]):
                    future.result()
                job.report(99)
        finally:
            pool.shutdown(cancel_futures=True)
