"""What the makers of pictures share: encoders, orientations, colour profiles, EXIF blocks."""

import struct
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

from tests import samples
from tests.corpus.case import SIZE

# Orientation → the Transpose that undoes the turn of a viewer.
_BACK = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
_D50 = (0.9642, 1.0, 0.8249)
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))


def quarters() -> Image.Image:
    return samples.quarters(*SIZE)


def encoded(image: Image.Image | None = None, format: str = "PNG", **options: Any) -> bytes:  # noqa: A002
    return samples.encoded(image or quarters(), format, **options)


def turned(orientation: int) -> Image.Image:
    """`quarters` as it is stored so that a viewer that follows `orientation` shows it upright."""
    return quarters().transpose(Image.Transpose(_BACK[orientation])) if orientation in _BACK else quarters()


def exif(orientation: int = 1, **texts: str) -> Image.Exif:
    """An EXIF block; `texts` are the maker and the model of a camera."""
    block = Image.Exif()
    block[0x0112] = orientation
    for name, tag in (("make", 0x010F), ("model", 0x0110)):
        if name in texts:
            block[tag] = texts[name]
    return block


def _number(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


@cache
def profile(primaries: tuple[tuple[float, ...], ...] = DISPLAY_P3, gamma: float = 2.2, space: bytes = b"RGB ") -> bytes:
    """A display profile of ICC version 2: three primaries (XYZ for D50) and one gamma."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + b"\0" * 78,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + b"".join(map(_number, _D50)),
    }
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    else:
        for name, xyz in zip((b"r", b"g", b"b"), primaries, strict=True):
            tags[name + b"XYZ"] = b"XYZ \0\0\0\0" + b"".join(map(_number, xyz))
            tags[name + b"TRC"] = curve
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        padded = data + b"\0" * (-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += padded
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"test", 0x02100000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + b"".join(map(_number, _D50))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def in_profile(data: bytes, image: Image.Image | None = None) -> Image.Image:
    """`quarters` with the numbers that show its colours under a profile."""
    source, target = ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(BytesIO(data))
    converted = ImageCms.profileToProfile(image or quarters(), source, target, outputMode="RGB")
    assert converted is not None
    return converted
