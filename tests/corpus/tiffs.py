"""TIFF: byte orders, compressions, colour models and depths, strips and tiles, several pages."""

import struct
from collections.abc import Callable

from PIL import Image, ImageCms

from tests.corpus.case import SIZE, Case, Points, Refused, picture, points_of
from tests.corpus.drawing import DISPLAY_P3, encoded, in_profile, profile, quarters

TIFF = "image/tiff"
_GRAY = quarters().convert("L")
_BLACK_AND_WHITE = quarters().convert("1", dither=Image.Dither.NONE)


def by_hand(
    order: str, samples: tuple[bytes, ...], *, channels: int, depth: int, photometric: int, planar: int = 1
) -> bytes:
    """An uncompressed TIFF, each of `samples` one strip; `order` is "<" or ">"."""
    entries = [
        (256, SIZE[0]),
        (257, SIZE[1]),
        (258, (depth,) * channels),
        (259, 1),
        (262, photometric),
        (273, tuple(samples)),
        (277, channels),
        (278, SIZE[1]),
        (279, tuple(map(len, samples))),
        (284, planar),
    ]
    extra, at = b"".join(samples), 8 + sum(map(len, samples))
    where, starts = 8, []
    for sample in samples:
        starts.append(where)
        where += len(sample)
    directory = struct.pack(f"{order}H", len(entries))
    for tag, value in entries:
        values = tuple(starts) if tag == 273 else value if isinstance(value, tuple) else (value,)
        kind, letter = (4, "I") if tag in (273, 279) else (3, "H")
        packed = struct.pack(f"{order}{len(values)}{letter}", *values)
        if len(packed) > 4:
            packed, extra = struct.pack(f"{order}I", at), extra + packed
            at = 8 + len(extra)
        directory += struct.pack(f"{order}HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    extra += b"\0" * (len(extra) % 2)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(extra))
    return head + extra + directory + b"\0\0\0\0"


def _deep(order: str) -> bytes:
    values = [value * 257 for value in quarters().tobytes()]
    return by_hand(order, (struct.pack(f"{order}{len(values)}H", *values),), channels=3, depth=16, photometric=2)


def _gray_of_16_bits(photometric: int = 1) -> bytes:
    values = [value * 257 for value in _GRAY.tobytes()]
    return by_hand("<", (struct.pack(f"<{len(values)}H", *values),), channels=1, depth=16, photometric=photometric)


def _planes() -> bytes:
    return by_hand(
        "<", tuple(channel.tobytes() for channel in quarters().split()), channels=3, depth=8, photometric=2, planar=2
    )


def _white_is_zero() -> bytes:
    return by_hand("<", (_GRAY.point(lambda value: 255 - value).tobytes(),), channels=1, depth=8, photometric=0)


def _lab() -> Image.Image:
    converted = ImageCms.profileToProfile(
        quarters(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert converted is not None
    return converted


def _tiff(title: str, make: Callable[[], bytes], name: str = "scan.tif", **facts: object) -> Case:
    return picture(title, name, make, TIFF, **facts)


def _saved(image: Image.Image | None = None, **options: object) -> Callable[[], bytes]:
    return lambda: encoded(image, "TIFF", **options)


_BW: Points = points_of(_BLACK_AND_WHITE)
_COMPRESSED = ("tiff_lzw", "tiff_adobe_deflate", "packbits", "zstd", "lzma")

CASES = [
    _tiff("uncompressed", _saved()),
    _tiff("called .tiff", _saved(), "scan.TIFF"),
    *(_tiff(f"compressed by {name}", _saved(compression=name)) for name in _COMPRESSED),
    _tiff("JPEG inside", _saved(compression="jpeg", quality=95), within=8),
    _tiff("fax, group 4", _saved(_BLACK_AND_WHITE, compression="group4"), points=_BW),
    _tiff("fax, group 3", _saved(_BLACK_AND_WHITE, compression="group3"), points=_BW),
    _tiff("black and white", _saved(_BLACK_AND_WHITE), points=_BW),
    _tiff("gray", _saved(_GRAY), points=points_of(_GRAY)),
    _tiff("gray, white is zero", _white_is_zero, points=points_of(_GRAY)),
    _tiff("gray, 16 bits", _gray_of_16_bits, points=points_of(_GRAY)),
    _tiff("RGB, 16 bits, low byte first", lambda: _deep("<")),
    _tiff("RGB, 16 bits, high byte first", lambda: _deep(">")),
    _tiff("RGB, high byte first", lambda: by_hand(">", (quarters().tobytes(),), channels=3, depth=8, photometric=2)),
    _tiff("planes", _planes),
    _tiff("palette", _saved(quarters().quantize(4))),
    _tiff("RGB with opacity", _saved(quarters().convert("RGBA"))),
    _tiff("CMYK", _saved(quarters().convert("CMYK"))),
    _tiff("LAB", lambda: encoded(_lab(), "TIFF"), within=10),
    _tiff("floating point", _saved(_GRAY.convert("F")), points={}),
    _tiff("Display P3", lambda: encoded(in_profile(profile(DISPLAY_P3)), "TIFF", icc_profile=profile(DISPLAY_P3))),
    _tiff("several pages", _saved(save_all=True, append_images=[Image.new("RGB", (32, 24))])),
    _tiff("BigTIFF", _saved(big_tiff=True)),
    _tiff("bytes behind the end", lambda: encoded(None, "TIFF") + b"\0" * 40),
    Case(
        title="no directory",
        name="scan.tif",
        make=lambda: b"II*\0\xff\xff\xff\0" + b"\0" * 40,
        out=Refused(code="content_mismatch", sentence="damaged"),
    ),
    Case(
        title="text called TIFF",
        name="scan.tif",
        make=lambda: b"II am not a picture",
        out=Refused(code="content_mismatch", sentence="."),
    ),
]
