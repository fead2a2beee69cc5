"""Looking at bytes inside a request costs about the same whatever they are."""

import struct
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest

from uploads.errors import ContentMismatch
from uploads.inspection import Content, inspect_and_scan
from uploads.tests.inspection.contents import ftyp

MIB = 1024**2
MOST_CALLS = 400_000  # of Python and C functions: about 0.1 s
MOST_READ = 8 * MIB


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def png_chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def zip_of(entry: bytes, count: int, *, tail: bytes = b"") -> bytes:
    """A local header's signature and a central directory of `count` times `entry`."""
    start, directory = b"PK\3\4" + b"\0" * 60, entry * count
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), len(start), len(tail))
    return start + directory + end + tail


def zip_entry(name: bytes = b"a", extra: bytes = b"", size: int = 0) -> bytes:
    sizes = struct.pack("<IIHHH", size, size, len(name), len(extra), 0)
    return b"PK\1\2" + b"\0" * 16 + sizes + b"\0" * 12 + name + extra


PNG = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0))
EBML = b"\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff"
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "fill bytes": ("image/jpeg", lambda: b"\xff\xd8" + b"\xff" * 5 * MIB),
    "fill bytes between segments": ("image/jpeg", lambda: b"\xff\xd8" + (b"\xff" * 60_000 + b"\xe0\0\2") * 80),
    "a million segments": ("image/jpeg", lambda: b"\xff\xd8" + b"\xff\xe0\0\2" * MIB),
    "segments without length": ("image/jpeg", lambda: b"\xff\xd8" + b"\xff\xe0\0\0" * MIB),
    "a million chunks": ("image/png", lambda: PNG + png_chunk(b"tEXt") * MIB),
    "a million extension blocks": ("image/gif", lambda: b"GIF89a\x0a\0\x0a\0\0\0\0" + b"\x21\xfe\1 \0" * MIB),
    "a million RIFF chunks": ("image/webp", lambda: b"RIFF\xff\xff\xff\0WEBPVP8X" + b"\0" * 22 + b"EXIF\0\0\0\0" * MIB),
    "a million empty boxes": ("image/avif", lambda: ftyp(b"avif", b"mif1") + box(b"ispe") * MIB),
    "boxes without size": ("image/avif", lambda: ftyp(b"avif", b"mif1") + b"\0\0\0\0ispe" * MIB),
    "boxes of a film": ("video/mp4", lambda: ftyp(b"isom", b"mp42") + box(b"free") * MIB),
    "nested lists": ("video/webm", lambda: EBML + b"\x42\x82\x84webm" + b"\x18\x53\x80\x67\x01" * MIB),
    "frames of sound": ("audio/mpeg", lambda: b"\xff\xfb\x90\0" * MIB),
    "zeros in a sound": ("audio/mpeg", lambda: b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"\0" * MIB),
    "a late PDF": ("application/pdf", lambda: b"%PDF" * MIB),
    "too many entries": ("application/zip", lambda: zip_of(zip_entry(), 65_000)),
    "as many entries as are taken": ("application/zip", lambda: zip_of(zip_entry(), 10_000)),
    "a million extra fields": ("application/zip", lambda: zip_of(zip_entry(b"a", b"\2\0\0\0" * 16_000, 2**32 - 1), 60)),
    "a name of slashes": ("application/zip", lambda: zip_of(zip_entry(b"a" + b"/" * 60_000), 60)),
    "ends of archives": ("application/zip", lambda: zip_of(zip_entry(), 1, tail=b"PK\5\6" * 16_000)),
    "a long text": ("text/plain", lambda: "é".encode() * 10 * MIB),
    "a text of spaces": ("text/plain", lambda: b" " * 20 * MIB),
    "a text of angles": ("text/csv", lambda: b"<" * 20 * MIB),
}  # fmt: skip


# FA-B5
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_made_to_cost_much_is_looked_at_for_as_little_as_any(name):
    content_type, make = HOSTILE[name]
    data, fetched, calls = make(), [], 0

    def fetch(start, end):
        for at in range(start, end, 64 * 1024):
            fetched.append(min(end - at, 64 * 1024))
            yield data[at : min(end, at + 64 * 1024)]

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with suppress(ContentMismatch):
            inspect_and_scan(Content(len(data), fetch), content_type)
    finally:
        sys.setprofile(before)
    assert calls < MOST_CALLS
    assert sum(fetched) <= MOST_READ


def test_a_jpeg_is_measured_behind_many_segments_and_fill_bytes():
    frame = b"\xff\xc0\0\x11\x08\0\x1e\0\x28\3"
    metadata = (b"\xff" * 300 + b"\xe2\0\2") * 255
    assert inspect_and_scan(
        Content.of_bytes(b"\xff\xd8" + metadata + b"\xff" * 9 + frame + b"\0" * 40), "image/jpeg"
    ) == (
        40,
        30,
    )
