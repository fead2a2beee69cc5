"""Streams of sounds that some browsers do not play: AAC in HLS, made by a job of their own while the file is ready."""

from pathlib import Path
from typing import Any

from media_library.models import MediaItem
from media_library.transcoding import outputs
from media_library.transcoding.errors import Untranscodable
from media_library.transcoding.ffmpeg import SOUND, make_sound
from media_library.transcoding.folders import attempt_folder
from media_library.transcoding.master_playlist import MASTER, measured, sound_playlist
from media_library.transcoding.probe import ProbeResult, probe
from uploads.jobs import JobContext
from uploads.models import Upload
from uploads.outbox.deletions import expedite_deletions
from uploads.storage.local_copy import local_copy

# What every browser plays, by container: MP3, AAC, FLAC and plain samples. Older ones of Apple know no Opus, Vorbis or
# WebM, Chromium and Firefox no Apple Lossless, and a file of bare AAC has neither a length nor places to jump to.
_PLAYED = {
    "audio/mpeg": {"mp3", "mp3float"},
    "audio/mp4": {"aac", "mp3", "mp3float"},
    "audio/flac": {"flac"},
    "audio/wav": {"pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_s32le", "pcm_f32le"},
}


def needs_streams(mime_type: str, probed: ProbeResult) -> bool:
    """Tell whether some browsers do not play a sound of this type and codec."""
    return probed.audio is not None and probed.audio_codec not in _PLAYED.get(mime_type, ())


def transcode_sound(job: JobContext, item: MediaItem) -> dict[str, Any]:
    """Make the streams of a sound and record them; idempotent. A sound that cannot be decoded stays as it is."""
    upload, prefix = item.upload, outputs.attempt_prefix(item, job)
    with attempt_folder(job) as folder:
        try:
            source = local_copy(upload, folder / "source", report=lambda part: job.report(10 * part))
            duration = _make(job, source, folder)
            outputs.schedule_removal(upload, prefix)
            outputs.put_all(job, upload, folder, prefix)
            if not _record(job, item, f"{prefix}{MASTER}", duration):
                return {"superseded": upload.version}
        except Untranscodable as error:
            return {"unreadable": str(error)}
        except BaseException:
            expedite_deletions(upload.storage, prefix)
            raise
    return {"duration_seconds": duration}


def _make(job: JobContext, source: Path, folder: Path) -> float:
    """Make the stream and its master playlist in `folder`; return its duration. Raises Untranscodable."""
    probed = probe(source)
    make_sound(source, probed, folder, report=lambda percent: job.report(10 + 0.85 * percent))
    found = measured(folder / SOUND / "index.m3u8")
    if found is None:
        raise Untranscodable("There is no sound in the file.")
    (folder / MASTER).write_text(sound_playlist(found))
    return found.duration


def _record(job: JobContext, item: MediaItem, hls_key: str, duration: float) -> bool:
    """Give the item these streams in one transaction; False if its file was replaced or is being purged."""
    with job.writing():
        current = Upload.everything.filter(pk=item.pk, key=item.upload.key, purging_at=None)
        if not current.select_for_update(of=("self",)).values_list("pk").first():
            expedite_deletions(item.upload.storage, outputs.folder_of(hls_key))
            return False
        item.refresh_from_db(fields=["hls_key"])
        outputs.keep(item.upload, item, outputs.folder_of(hls_key))
        MediaItem.everything.filter(pk=item.pk).update(hls_key=hls_key, duration_seconds=round(duration, 3))
    return True
