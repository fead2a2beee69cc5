"""Real workers, killed while they transcode: one whole set of streams in the end, and nothing beside it."""

import json
import signal
from pathlib import Path

import psutil
import pytest

from media_library.services.media_items import ATTEMPTS
from tests.crashes.points import chosen
from tests.worker.installation import family, new_installation, wait_until

POINTS = 15

PREPARE = """
from pathlib import Path
from django.conf import settings
from tests.clips import clip
from tests.factories import make_member, make_organization
from tests.playback import waiting_video
organization = make_organization()
item = waiting_video(make_member(organization, "Creator"), organization, clip(854, 480, seconds=18, rate=24))
Path(settings.DATA_DIR, "item").write_text(str(item.pk))
"""


# DB-09
def test_a_transcoding_killed_at_any_line_ends_with_one_whole_set(tmp_path):
    report = tmp_path / "report.json"
    with new_installation(tmp_path) as installation:
        call = f"crash_transcodings(points={POINTS}, report={str(report)!r})"
        code = f"from tests.crashes.transcodings import crash_transcodings; {call}"
        assert installation.manage("shell", "-v0", "-c", code).wait() == 0, (tmp_path / "log").read_text()[-5000:]
    facts = json.loads(report.read_text())
    assert facts["broken"] == []
    assert facts["sets"] == [["used"]] * len(chosen(POINTS))
    assert (facts["folders"], facts["programs"]) == (0, 0)
    assert facts["killed"] >= len(chosen(POINTS)) / 2


@pytest.fixture
def waiting(tmp_path):
    """An installation with a video that waits; and its id."""
    with new_installation(tmp_path) as installation:
        assert installation.manage("shell", "-v0", "-c", PREPARE).wait() == 0, (tmp_path / "log").read_text()
        yield installation, (tmp_path / "item").read_text()


def files_below(installation, folder):
    return [path for path in Path(installation.folder, folder).rglob("*") if path.is_file()]


# DB-09
def test_a_worker_killed_in_the_middle_of_ffmpeg_is_followed_by_one_that_ends_it(waiting):
    installation, item = waiting
    first = installation.work()
    wait_until(lambda: [path for path in files_below(installation, "transcoding") if path.suffix == ".ts"])
    everyone = [first, *family(first)]
    workers = [one for one in everyone if one.pid == first.pid or "python" in one.name()]
    [ffmpeg] = [one for one in everyone if one.pid != first.pid and "ffmpeg" in one.name()]
    for process in workers:
        process.kill()
    first.wait()
    assert psutil.wait_procs([ffmpeg], timeout=5)[1] == []  # it does not go on alone
    assert installation.job(item) == ("running", 1)
    installation.execute("UPDATE uploads_job SET lease_until = '2020-01-01 00:00:00+00:00' WHERE subject = ?", item)
    installation.work()
    wait_until(lambda: installation.job(item) == ("done", 2))
    [[status, master]] = installation.rows("SELECT status, hls_key FROM media_library_mediaitem")
    assert status == "ready"
    wait_until(lambda: installation.rows("SELECT count(*) FROM uploads_storagedeletion")[0][0] == 0)
    streams = [path for path in files_below(installation, "media") if "/hls/" in str(path)]
    folder = str(Path(installation.folder, "media", master).parent)
    timeline = {"timeline.vtt", "timeline-1.jpg"}
    assert {path.name for path in streams} >= timeline
    assert len(streams) == 1 + 2 + 2 * 3 + len(timeline)
    assert all(str(path).startswith(folder) for path in streams)


# FA-C12
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_told_to_stop_ends_ffmpeg_at_once_and_puts_the_job_back_uncounted(waiting, number):
    installation, item = waiting
    worker = installation.work(grace=60)
    wait_until(lambda: [path for path in files_below(installation, "transcoding") if path.suffix == ".ts"])
    [ffmpeg] = [one for one in family(worker) if "ffmpeg" in one.name()]
    worker.send_signal(number)
    assert worker.wait(10) == 0
    assert psutil.wait_procs([ffmpeg], timeout=1)[1] == []
    [[state, left]] = installation.rows(
        "SELECT state, max_attempts - attempts FROM uploads_job WHERE subject = ?", item
    )
    assert (state, left) == ("queued", ATTEMPTS)
    assert "Traceback" not in Path(installation.folder, "log").read_text()
    assert files_below(installation, "transcoding") == []
