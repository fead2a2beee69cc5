"""What becoming ready costs over ffmpeg alone: `python -m benchmarks.transcode [--seconds 20] [--times 3]`.

A clip of 1080p H.264 and AAC becomes an item; its job is claimed and done as a worker does it: fetched, looked into,
made in every size, stored (synced to disk), switched, with progress and heartbeat. Beside it, in turn in the same run,
one direct ffmpeg call that makes the same renditions at the same priority. Exits with 1 when a target is missed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.installation import installation
from benchmarks.measuring import print_table

MOST_TIMES_FFMPEG = 1.15


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def direct(source: Path) -> None:
    """The bare call."""
    import imageio_ffmpeg

    from media_library.transcoding.ffmpeg import NICENESS, arguments
    from media_library.transcoding.ladder import ladder
    from media_library.transcoding.probe import ProbeResult

    probed = ProbeResult(duration=None, video=0, audio=1, width=1920, height=1080, fps=30)
    rungs = ladder(probed.width, probed.height, probed.fps)
    with tempfile.TemporaryDirectory(prefix="media-library-benchmark-") as folder:
        for rung in rungs:
            Path(folder, rung.name).mkdir()
        command = ["nice", "-n", str(NICENESS), imageio_ffmpeg.get_ffmpeg_exe(), *arguments(source, probed, rungs)]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def compare(seconds: int, times: int) -> tuple[float, float]:
    """Median seconds of the direct call and of the whole job."""
    from tests.clips import clip
    from tests.factories import make_member, make_organization
    from tests.playback import waiting_video
    from uploads import jobs

    content = clip(1920, 1080, seconds=seconds, rate=30)
    organization = make_organization()
    owner = make_member(organization, "Creator")
    bare, whole = [], []
    with tempfile.NamedTemporaryFile(suffix=".mp4") as source:
        source.write(content)
        source.flush()
        for _ in range(times):
            bare.append(timed(lambda: direct(Path(source.name))))
            item = waiting_video(owner, organization, content)
            whole.append(timed(lambda: jobs.run(item.job_id)))  # noqa: B023
            item.refresh_from_db()
            assert item.is_ready, item.error
    return median(bare), median(whole)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=20, help="Length of the clip.")
    arguments.add_argument("--times", type=int, default=3)
    asked = arguments.parse_args()
    with installation():
        bare, whole = compare(asked.seconds, asked.times)
    print_table(
        ("clip of 1080p", "one ffmpeg, s", "the whole job, s", "ratio"),
        [(f"{asked.seconds} s", f"{bare:.2f}", f"{whole:.2f}", f"{whole / bare:.2f}")],
    )
    sys.exit(whole > bare * MOST_TIMES_FFMPEG)


if __name__ == "__main__":
    main()
