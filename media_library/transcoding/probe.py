"""Probing a video or audio file in a sandboxed process."""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from media_library.transcoding.errors import Untranscodable
from uploads.renditions.tone_map import UNKNOWN, Color
from uploads.sandbox.run import Limits, is_limited, run

SECONDS = 60  # of processor time
WALL_TIMEOUT = 180  # seconds of wall clock, on a busy machine
MEMORY = 3 * 1024**3  # bytes of address space
FILE_SIZE = 64 * 1024**2  # bytes of one written file; the process writes none
NICENESS = 10
MAX_PIXELS = 8192 * 8192
MAX_DURATION = 7 * 24 * 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The properties of a file.

    `duration` is in seconds, `width` and `height` are in pixels as displayed, `video` and `audio` are indexes of
    streams, `audio_codec` is FFmpeg's name of a decoder. None means unknown or absent.
    """

    duration: float | None
    video: int | None = None
    audio: int | None = None
    width: int = 0
    height: int = 0
    fps: float = 0.0
    audio_codec: str = ""
    is_interlaced: bool = False
    color: Color = UNKNOWN


def probe(path: Path) -> ProbeResult:
    """Probe a local file.

    Raises Untranscodable for bytes that cannot be decoded, RuntimeError or TimeoutError for a fault of this machine.
    """
    command = [sys.executable, "-m", "media_library.transcoding.probe_process", str(path)]
    ended = run(command, Limits(SECONDS, MEMORY, FILE_SIZE, niceness=NICENESS), timeout=WALL_TIMEOUT)
    if is_limited(ended.returncode) or ended.returncode in _CRASHES:
        raise Untranscodable(_("The file cannot be read: its data is damaged."))
    if ended.returncode:
        raise RuntimeError(f"The probe ended with {ended.returncode}: {ended.stderr[-500:].decode(errors='replace')}")
    return _probed(json.loads(ended.stdout.splitlines()[-1]))


_CRASHES = {-4, -6, -8, -11}  # SIGILL, SIGABRT, SIGFPE, SIGSEGV: the decoder crashed on these bytes


def _probed(answer: dict[str, Any]) -> ProbeResult:
    """Check the answer of the process, whose decoder may have been taken over by the file."""
    if reason := answer.get("unreadable"):
        raise Untranscodable(str(reason)[:300])
    width, height = _bounded(answer["width"], 1 << 16), _bounded(answer["height"], 1 << 16)
    if width * height > MAX_PIXELS:
        raise Untranscodable(
            _("The picture is too large: %(width)s by %(height)s pixels.") % {"width": width, "height": height}
        )
    return ProbeResult(
        duration=_bounded(answer["duration"], MAX_DURATION) or None,
        video=None if answer["video"] is None else int(_bounded(answer["video"], 1000)),
        audio=None if answer["audio"] is None else int(_bounded(answer["audio"], 1000)),
        width=int(width),
        height=int(height),
        fps=_bounded(answer["fps"], 10_000),
        audio_codec=str(answer["audio_codec"] or "")[:50],
        is_interlaced=answer["interlaced"] is True,
        color=_color(answer["color"] or {}),
    )


def _color(answer: dict[str, Any]) -> Color:
    numbers = {name: int(_bounded(answer.get(name), 255)) for name in ("transfer", "primaries", "matrix")}
    return replace(UNKNOWN, **numbers, peak=_bounded(answer.get("peak"), 1.0) or 1.0)


def _bounded(value: Any, most: float) -> float:
    return value if isinstance(value, int | float) and 0 <= value <= most else 0
