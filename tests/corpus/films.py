"""Films of one second that show `quarters`, and what is changed in their bytes afterwards."""

import struct
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.clips import ffmpeg
from tests.corpus.case import QUARTERS, SIZE, Accepted, Case
from tests.corpus.drawing import encoded
from tests.corpus.hdr import frame, hlg, pq
from tests.corpus.heifs import box
from tests.samples import quarters

MP4, MOV, WEBM, MKV, AVI, TS = (
    f"video/{name}" for name in ("mp4", "quicktime", "webm", "x-matroska", "x-msvideo", "mp2t")
)
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-pix_fmt", "yuv420p")
AV1 = ("-c:v", "libaom-av1", "-cpu-used", "8", "-crf", "10", "-pix_fmt", "yuv420p")
TONE = ("-f", "lavfi", "-i", "sine=frequency=220:sample_rate=44100")
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:crf=10", "-tag:v", "hvc1")


@cache
def film(
    name: str, *options: str, size: tuple[int, int] = SIZE, sound: bool = False, before: tuple[str, ...] = ()
) -> bytes:
    """One second of `quarters`, in the format of the name's ending."""
    with TemporaryDirectory() as folder:
        still, target = Path(folder) / "still.png", Path(folder) / name
        still.write_bytes(encoded(quarters(*size)))
        tone = (*TONE, "-shortest") if sound else ()
        ffmpeg(
            *before,
            "-loop",
            "1",
            "-framerate",
            "10",
            "-i",
            str(still),
            *tone,
            "-t",
            "1",
            *options,
            "-fflags",
            "+bitexact",
            str(target),
        )
        return target.read_bytes()


@cache
def turned(degrees: int, name: str = "a.mp4") -> bytes:
    """A film that says that it is to be shown turned against the clock."""
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.mp4", Path(folder) / name
        source.write_bytes(film("a.mp4", *H264))
        ffmpeg("-display_rotation", str(degrees), "-i", str(source), "-c", "copy", str(target))
        return target.read_bytes()


def branded(major: bytes, *compatible: bytes) -> bytes:
    """The film with other brands; its index is first, and what is left of the old brands is free room."""
    data = film("a.mp4", *H264)
    length = struct.unpack(">I", data[:4])[0]
    head = box(b"ftyp", major, b"\0\0\2\0", *compatible)
    if len(head) == length:
        return head + data[length:]
    data = film("a.mp4", *H264, "-movflags", "+frag_keyframe+empty_moov+default_base_moof")
    return head + data[struct.unpack(">I", data[:4])[0] :]


def without_brands(name: bytes) -> bytes:
    """A film of QuickTime before there were brands: its first box has another name."""
    data = film("a.mov", *H264)
    return data[:4] + name + data[8:]


def two_byte_length() -> bytes:
    """A WebM whose first element has its length in two bytes."""
    data = film("a.webm", "-c:v", "libvpx", "-b:v", "400k")
    assert data[4] & 0x80 or data[4] == 1
    width = 1 if data[4] & 0x80 else 8
    length = data[4] & 0x7F if width == 1 else int.from_bytes(data[5:12], "big")
    return data[:4] + struct.pack(">H", 0x4000 | length) + data[4 + width :]


@cache
def hdr(name: str, transfer: str) -> bytes:
    """One second of `quarters` as H.265 of 10 bits with the transfer `smpte2084` (PQ) or `arib-std-b67` (HLG)."""
    with TemporaryDirectory() as folder:
        raw, target = Path(folder) / "raw", Path(folder) / name
        raw.write_bytes(frame(pq if transfer == "smpte2084" else hlg) * 10)
        pixels = ("-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-s", f"{SIZE[0]}x{SIZE[1]}", "-r", "10")
        tags = ("-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc", "-color_range", "tv")
        ffmpeg(*pixels, *tags, "-i", str(raw), *H265, *tags, str(target))
        return target.read_bytes()


def film_case(title: str, name: str, make: Callable[[], bytes], mime_type: str, **facts: object) -> Case:
    announced = facts.pop("announced", "")
    defaults = {"size": SIZE, "points": QUARTERS, "duration": 1.0, "drawn": True, "within": 12}
    out = Accepted(mime_type=mime_type, **{**defaults, **facts})
    return Case(title=title, name=name, make=make, out=out, type="VIDEO", announced=str(announced), is_slow=True)


def film_of(title: str, name: str, mime_type: str, *options: str, **facts: object) -> Case:
    sized = {name: facts.pop(name) for name in ("sound", "before") if name in facts}
    if "shape" in facts:
        sized["size"] = facts.pop("shape")
    return film_case(title, name, partial(film, name, *options, **sized), mime_type, **facts)
