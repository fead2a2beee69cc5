"""What came out of a file, compared with what must come out of it."""

import json
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from io import BytesIO, StringIO
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from unittest.mock import patch

from PIL import Image

from tests.corpus.case import Accepted, Points, Refused
from tests.jobs import run_pending_jobs
from uploads.metadata import process
from uploads.models import Upload
from uploads.renditions import decoder
from uploads.storage import store

JOBS = ("make_renditions",)
LONGEST = 255  # bytes of the name of a file


@contextmanager
def drawn_here() -> Iterator[None]:
    """Run the readers in this process: the files are our own, and processes for each cost a hundred times as much."""

    def run(command: list[str], *_: object, **__: object) -> CompletedProcess[bytes]:
        output = StringIO()
        with redirect_stdout(output):
            import_module(command[2]).main(*command[3:])
        return CompletedProcess(command, 0, output.getvalue().encode(), b"")

    with patch.object(decoder, "run", run), patch.object(process, "run", run), warnings.catch_warnings():
        yield


def draw_all() -> None:
    with drawn_here():
        run_pending_jobs(*JOBS, may_fail=True, limit=2000)


def differences(upload: Upload, expected: Accepted) -> list[str]:
    """What differs between the row of a drawn file and what must come out, in words."""
    found = dict(_facts(upload, expected))
    wanted = {name: getattr(expected, name) for name in found}
    said = [f"{name} {found[name]!r} instead of {wanted[name]!r}" for name in found if not _equal(name, found, wanted)]
    return [*said, *(colours(upload, expected) if upload.has_thumbnail else ())]


def _facts(upload: Upload, expected: Accepted) -> Iterator[tuple[str, object]]:
    """Each fact that is expected, with what there is."""
    yield "mime_type", upload.mime_type
    for name, value in (
        ("size", (upload.width, upload.height)),
        ("drawn", upload.has_thumbnail),
        ("duration", upload.metadata.get("duration")),
        ("pages", upload.page_count),
        ("encoding", upload.metadata.get("encoding")),
        ("name", upload.original_filename),
    ):
        if getattr(expected, name) is not None:
            yield name, value


def _equal(name: str, found: dict[str, object], wanted: dict[str, Any]) -> bool:
    value = found[name]
    if name == "duration":
        return isinstance(value, int | float) and abs(value - wanted[name]) <= 0.15
    if name == "encoding":
        return isinstance(value, str) and bool(re.fullmatch(wanted[name], value, re.IGNORECASE))
    return value == wanted[name]


def colours(upload: Upload, expected: Accepted) -> Iterator[str]:
    """The points of the small rendition that have another colour, in words."""
    made = upload.renditions.get(kind="sm")
    image = Image.open(BytesIO(b"".join(store(made.storage).read(made.key))))
    yield from differing_points(image, expected.points, expected.within)


def differing_points(image: Image.Image, points: Points, within: int) -> Iterator[str]:
    image = image.convert("RGBA")
    for (x, y), wanted in points.items():
        found = image.getpixel((int(x * image.width), int(y * image.height)))
        assert isinstance(found, tuple)
        pairs = zip(found, wanted, strict=False) if wanted[3:] != (0,) else [(found[3], 0)]
        if any(abs(a - b) > within for a, b in pairs):
            yield f"colour {found} instead of {wanted} at {x:.2f}, {y:.2f}"


def refusal_differences(body: bytes, expected: Refused) -> list[str]:
    """What differs between an error of the API and the refusal that must come, in words."""
    [error] = json.loads(body)["errors"]
    if not re.fullmatch(expected.code, error["code"]):
        return [f"{error['code']} ({error['detail']}) instead of {expected.code}"]
    if not re.search(expected.sentence, error["detail"]):
        return [f"says {error['detail']!r} instead of /{expected.sentence}/"]
    return []


def is_a_file_name(name: str) -> bool:
    """Tell whether a file system holds it."""
    return "/" not in name and len(name.encode()) <= LONGEST


def written(folder: Path, files: dict[str, tuple[str, bytes]]) -> None:
    """Write each file, by the name of a folder of its own."""
    for place, (name, data) in files.items():
        (folder / place).mkdir(parents=True)
        (folder / place / name).write_bytes(data)
