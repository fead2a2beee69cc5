"""Running the decoders in the sandbox, and checking their output."""

import json
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from uploads.renditions.formats import DRAWERS, JPEG, MAX_SIDE, SIZES, Undrawable
from uploads.sandbox.run import Limits, run

FILE_SIZE = 64 * 1024**2  # bytes of one written file
PATIENCE = 300  # further seconds that may pass on a busy machine
USUAL = Limits(seconds=120, memory=2 * 1024**3, file_size=FILE_SIZE)
# Enough for 48 million pixels of a phone, decoded at once, and for a TIFF of about 90 million.
TIGHT = Limits(seconds=10, memory=512 * 1024**2, file_size=FILE_SIZE)
_TIGHT_TYPES = frozenset({"image/bmp", "image/heic", "image/heif", "image/tiff"})
_TIGHT_DRAWERS = frozenset({"svg", "document"})


@dataclass(frozen=True, slots=True)
class Size:
    """One finished picture on this machine's disk."""

    kind: str
    path: Path
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """The output; `width`, `height` (pixels as displayed) and `page_count` are of the original, if known."""

    sizes: list[Size]
    width: int | None
    height: int | None
    page_count: int | None


def limits_of(mime_type: str) -> Limits:
    """Return the limits of the process that draws the type."""
    is_tight = mime_type in _TIGHT_TYPES or DRAWERS.get(mime_type) in _TIGHT_DRAWERS
    return TIGHT if is_tight else USUAL


def draw_sizes(
    path: Path, mime_type: str, folder: Path, *, with_jpeg: bool = False, limits: Limits | None = None
) -> Drawn:
    """Draw the file into `folder`; `with_jpeg` adds a JPEG in its full size.

    Raises Undrawable if the bytes or the limits do not allow it, with the size that its header gives; RuntimeError or
    TimeoutError after a fault of this machine, after which another attempt may succeed.
    """
    if mime_type not in DRAWERS:
        raise Undrawable(f"There is no picture of {mime_type}.")
    limits = limits or limits_of(mime_type)
    arguments = [str(path), mime_type, str(folder), str(settings.MAX_IMAGE_PIXELS), str(int(with_jpeg))]
    command = [sys.executable, "-m", "uploads.renditions.draw", *arguments]
    ended = run(command, limits, timeout=limits.seconds + PATIENCE)
    facts = _facts(ended.stdout)
    _require_success(ended, facts)
    return _drawn(facts, folder, {*SIZES, JPEG} if with_jpeg else {*SIZES})


def _facts(output: bytes) -> dict[str, Any]:
    """Return what the decoder printed before it ended; libraries may print other lines."""
    facts: dict[str, Any] = {}
    for line in output.splitlines():
        with suppress(ValueError):
            told = json.loads(line)
            facts |= told if isinstance(told, dict) else {}
    return facts


def _require_success(ended: subprocess.CompletedProcess[bytes], facts: dict[str, Any]) -> None:
    if ended.returncode > 0 or ended.returncode == -signal.SIGKILL:
        raise RuntimeError(f"The decoder ended with {ended.returncode}: {ended.stderr[-500:].decode(errors='replace')}")
    if ended.returncode:
        reason = f"The decoder was stopped ({signal.Signals(-ended.returncode).name})."
        raise Undrawable(reason, _number(facts.get("width")), _number(facts.get("height")))


def _drawn(facts: dict[str, Any], folder: Path, kinds: set[str]) -> Drawn:
    """Return the checked output: a decoder that a file took control of must not choose what is published."""
    width, height, page_count = (_number(facts.get(name)) for name in ("width", "height", "page_count"))
    if reason := facts.get("undrawable"):
        raise Undrawable(str(reason)[:500], width, height)
    sizes = [_size(folder, **size) for size in facts["sizes"]]
    if {size.kind for size in sizes} != kinds:
        raise Undrawable("The decoder did not make every size.", width, height)
    return Drawn(sizes, width, height, page_count)


def _size(folder: Path, *, kind: str, width: int, height: int) -> Size:
    longest = MAX_SIDE if kind == JPEG else SIZES.get(kind, 0)
    if not 0 < int(width) <= longest or not 0 < int(height) <= longest:
        raise Undrawable("The decoder made an unknown size.")
    path = folder / kind
    if path.is_symlink() or not path.is_file():
        raise Undrawable("The decoder did not make a file.")
    with path.open("rb") as file:
        head = file.read(12)
    is_right = head.startswith(b"\xff\xd8\xff") if kind == JPEG else head[:4] == b"RIFF" and head[8:] == b"WEBP"
    if not is_right:
        raise Undrawable("The decoder made another format than WebP or JPEG.")
    return Size(kind, path, int(width), int(height))


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**31 else None
