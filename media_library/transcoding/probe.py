"""What a video or sound is, asked of a process that may be harmed by it."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from media_library.transcoding.errors import Untranscodable
from uploads.sandbox.run import Limits, is_limited, run

SECONDS = 60  # of processor time
PATIENCE = 180  # seconds that may pass, on a busy machine
MEMORY = 3 * 1024**3  # bytes of address space
FILE_SIZE = 64 * 1024**2  # bytes of one written file; it writes none
NICENESS = 10
MOST_PIXELS = 8192 * 8192
LONGEST = 7 * 24 * 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class Probed:
    """What is in a file. `duration` in seconds where it is known; `width` and `height` in pixels as displayed;
    `video` and `audio` are indexes of streams."""

    duration: float | None
    video: int | None = None
    audio: int | None = None
    width: int = 0
    height: int = 0
    fps: float = 0.0


def probe(path: Path) -> Probed:
    """Look into a local file.

    Raises Untranscodable where nothing can be made of its bytes, RuntimeError or TimeoutError where this machine had
    a fault or no time.
    """
    command = [sys.executable, "-m", "media_library.transcoding.probe_process", str(path)]
    ended = run(command, Limits(SECONDS, MEMORY, FILE_SIZE, niceness=NICENESS), timeout=PATIENCE)
    if is_limited(ended.returncode) or ended.returncode in _CRASHES:
        raise Untranscodable(_("The file cannot be read: its data is damaged."))
    if ended.returncode:
        raise RuntimeError(f"The probe ended with {ended.returncode}: {ended.stderr[-500:].decode(errors='replace')}")
    return _probed(json.loads(ended.stdout.splitlines()[-1]))


_CRASHES = {-4, -6, -8, -11}  # SIGILL, SIGABRT, SIGFPE, SIGSEGV: a decoder that broke on these bytes


def _probed(said: dict[str, Any]) -> Probed:
    """The answer, checked: a decoder that was taken over by what it read must not choose what is done with it."""
    if reason := said.get("unreadable"):
        raise Untranscodable(str(reason)[:300])
    width, height = _number(said["width"], 1 << 16), _number(said["height"], 1 << 16)
    if width * height > MOST_PIXELS:
        raise Untranscodable(
            _("The picture is too large: %(width)s by %(height)s pixels.") % {"width": width, "height": height}
        )
    return Probed(
        duration=_number(said["duration"], LONGEST) or None,
        video=None if said["video"] is None else int(_number(said["video"], 1000)),
        audio=None if said["audio"] is None else int(_number(said["audio"], 1000)),
        width=int(width),
        height=int(height),
        fps=_number(said["fps"], 10_000),
    )


def _number(value: Any, most: float) -> float:
    return value if isinstance(value, int | float) and 0 <= value <= most else 0
