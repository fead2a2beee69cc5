"""Ends a transcoding at any line of this project's code, as `kill -9` would. Runs in an installation."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.utils import timezone

from common.db.clock import Now
from media_library.models import MediaItem
from media_library.transcoding.folders import reap_folders
from tests.crashes.points import chosen, killed_at, lines_of, random_line
from tests.factories import make_member, make_organization
from tests.invariants import rows_without_bytes, unreferenced_objects
from tests.jobs import run_pending_jobs
from tests.playback import waiting_video
from uploads import jobs
from uploads.choices import JobState
from uploads.jobs.scheduler import requeue_expired
from uploads.models import Job
from uploads.outbox.worker import submit_due
from uploads.storage import store


def crash_transcodings(*, points: int, report: str) -> None:
    """Kill an attempt at a random line, look at the laws, let the next attempt end it, and count what is there."""
    organization = make_organization("crashing")
    owner = make_member(organization, "Creator")
    rehearsed = waiting_video(owner, organization)
    lines = lines_of(lambda: jobs.run(rehearsed.job_id))
    facts: dict[str, Any] = {"killed": 0, "broken": [], "sets": [], "folders": 0, "attempts": [], "programs": 0}
    for point in chosen(points):
        item = waiting_video(owner, organization)
        facts["killed"] += killed_at(lambda: jobs.run(item.job_id), random_line(lines, point, points))  # noqa: B023
        facts["broken"] += [*rows_without_bytes(), *unreferenced_objects()]
        facts["programs"] += _programs()
        _go_on()
        facts["broken"] += [*rows_without_bytes(), *unreferenced_objects()]
        facts["sets"].append(_sets(item))
    facts["folders"] = len(list(Path(settings.TRANSCODE_DIR).glob("*")))
    Path(report).write_text(json.dumps(facts))


def _go_on() -> None:
    """What happens by itself in the minutes after a worker vanished."""
    Job.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))
    requeue_expired()
    Job.objects.filter(kind="transcode").update(run_after=Now())
    run_pending_jobs("transcode")
    reap_folders()
    submit_due()
    run_pending_jobs("delete_objects")


def _sets(item: MediaItem) -> list[str]:
    """The folders of streams that are stored for an item: `used` is the one that plays, whole."""
    item = MediaItem.objects.get(pk=item.pk)
    assert item.is_ready, item.error
    keys = [found.key for found in store("media").walk(f"{item.organization_id}/media/{item.pk}/hls/")]
    used = item.hls_key.removesuffix("master.m3u8")
    names = {key.removeprefix(used) for key in keys if key.startswith(used)}
    timeline = {"timeline.vtt", "timeline-1.jpg"}
    assert names == {"master.m3u8", "240p/index.m3u8", "240p/00000.ts"} | timeline, names
    return sorted({"used" if key.startswith(used) else key for key in keys})


def _programs() -> int:
    """How many ffmpegs go on although their worker is gone, a moment later."""
    left = [one for one in psutil.process_iter(["cmdline"]) if settings.TRANSCODE_DIR.name in str(_folder(one))]
    _, alive = psutil.wait_procs(left, timeout=5)
    return len(alive)


def _folder(process: psutil.Process) -> str:
    try:
        return process.cwd() if str(settings.DATA_DIR) in process.cwd() else ""
    except psutil.Error:
        return ""
