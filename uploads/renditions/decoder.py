"""Running the decoders in the sandbox, and checking their output."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from uploads.renditions.formats import SIZES, Undrawable
from uploads.sandbox.run import Limits, run

MEMORY = 2 * 1024**3  # bytes of address space
SECONDS = 120  # of processor time
FILE_SIZE = 64 * 1024**2  # bytes of one written file
PATIENCE = 300  # further seconds that may pass on a busy machine

DRAWABLE = frozenset(
    {
        "application/pdf",
        *("audio/mp4", "audio/mpeg", "audio/wav"),
        *("image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"),
        *("video/mp4", "video/quicktime", "video/webm"),
    }
)


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


def draw_sizes(path: Path, mime_type: str, folder: Path, *, memory: int = MEMORY, seconds: int = SECONDS) -> Drawn:
    """Draw the file into `folder`.

    Raises Undrawable if the bytes or the limits do not allow it; RuntimeError or TimeoutError after a fault of this
    machine, after which another attempt may succeed.
    """
    if mime_type not in DRAWABLE:
        raise Undrawable(f"There is no picture of {mime_type}.")
    arguments = [str(path), mime_type, str(folder), str(settings.MAX_IMAGE_PIXELS)]
    ended = run(
        [sys.executable, "-m", "uploads.renditions.draw", *arguments],
        Limits(seconds=seconds, memory=memory, file_size=FILE_SIZE),
        timeout=seconds + PATIENCE,
    )
    _require_success(ended)
    return _drawn(ended.stdout, folder)


def _require_success(ended: subprocess.CompletedProcess[bytes]) -> None:
    if ended.returncode > 0 or ended.returncode == -signal.SIGKILL:
        raise RuntimeError(f"The decoder ended with {ended.returncode}: {ended.stderr[-500:].decode(errors='replace')}")
    if ended.returncode:
        raise Undrawable(f"The decoder was stopped ({signal.Signals(-ended.returncode).name}).")


def _drawn(output: bytes, folder: Path) -> Drawn:
    """Return the checked output: a decoder that a file took control of must not choose what is published."""
    answer = json.loads(output.splitlines()[-1])  # what libraries print comes before it
    if reason := answer.get("undrawable"):
        raise Undrawable(str(reason)[:500])
    sizes = [_size(folder, **size) for size in answer["sizes"]]
    if {size.kind for size in sizes} != set(SIZES):
        raise Undrawable("The decoder did not make every size.")
    return Drawn(sizes, *(_number(answer[name]) for name in ("width", "height", "page_count")))


def _size(folder: Path, *, kind: str, width: int, height: int) -> Size:
    if kind not in SIZES or not 0 < int(width) <= SIZES[kind] or not 0 < int(height) <= SIZES[kind]:
        raise Undrawable("The decoder made an unknown size.")
    path = folder / kind
    if path.is_symlink() or not path.is_file():
        raise Undrawable("The decoder did not make a file.")
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        raise Undrawable("The decoder made another format than WebP.")
    return Size(kind, path, int(width), int(height))


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**31 else None
