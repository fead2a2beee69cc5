"""JPEG: processes, colour models, and the order and number of segments that cameras and programs write."""

import struct

from PIL import Image, ImageCms

from tests.corpus.case import QUARTERS, SIZE, UPPER_HALF, Accepted, Case, Refused, picture, points_of
from tests.corpus.drawing import ADOBE_RGB, DISPLAY_P3, SRGB, encoded, exif, in_profile, profile, quarters

JPEG = "image/jpeg"


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    return encoded(image, "JPEG", **{"quality": 95, "subsampling": 0, **options})


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def behind_start(*segments: bytes, data: bytes = b"") -> bytes:
    """A JPEG with segments put directly behind its start."""
    data = data or jpeg()
    return data[:2] + b"".join(segments) + data[2:]


def _without_jfif() -> bytes:
    data = jpeg()
    return data[:2] + data[4 + struct.unpack(">H", data[4:6])[0] :]


def _cmyk() -> Image.Image:
    return quarters().convert("CMYK")


def _ycck() -> bytes:
    """CMYK as Adobe writes it: inverted, the first three channels as YCbCr, and a transform of 2 in the marker."""
    *inks, black = _cmyk().split()
    turned = [channel.point(lambda value: 255 - value) for channel in Image.merge("RGB", inks).convert("YCbCr").split()]
    data = bytearray(jpeg(Image.merge("CMYK", (*turned, black))))
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)


def _without_adobe(image: Image.Image) -> bytes:
    data = jpeg(image)
    at = data.index(b"Adobe") - 4
    return data[:at] + data[at + 16 :]


def _tall(part: float) -> bytes:
    """A JPEG whose end is missing, as after a broken transfer."""
    data = jpeg(quarters().resize((64, 192), Image.Resampling.NEAREST))
    return data[: int(len(data) * part)]


def _multi_picture() -> bytes:
    return encoded(
        quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (32, 24))], quality=95, subsampling=0
    )


def _with_thumbnail() -> bytes:
    """A picture whose EXIF block holds another, smaller picture."""
    small = encoded(Image.new("RGB", (16, 12), "black"), "JPEG")
    first = struct.pack(">HHHIIH", 1, 0x0112, 3, 1, 0x00010000, 0)
    second = struct.pack(">HHHIIHHII", 2, 0x0201, 4, 1, 8 + 18 + 32, 0x0202, 4, 1, len(small))
    block = b"MM\0*\0\0\0\x08" + first[:14] + struct.pack(">I", 26) + second + struct.pack(">I", 0)
    return behind_start(segment(0xE1, b"Exif\0\0" + block.ljust(58, b"\0") + small))


def _in_pieces(data: bytes) -> bytes:
    """A colour profile in many small segments, last piece first."""
    size = 100
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    made = [
        segment(0xE2, b"ICC_PROFILE\0" + bytes((number, len(pieces))) + piece)
        for number, piece in enumerate(pieces, start=1)
    ]
    return behind_start(*made, data=jpeg(in_profile(data)))


def _profiled(data: bytes) -> bytes:
    return jpeg(in_profile(data), icc_profile=data)


_GRAY = quarters().convert("L")
_SWAPPED = (SRGB[1], SRGB[2], SRGB[0])


def _jpg(title: str, make: object, **facts: object) -> Case:
    return picture(title, "photo.jpg", make, JPEG, **facts)


CASES = [
    _jpg("baseline", jpeg),
    _jpg("progressive", lambda: jpeg(progressive=True)),
    _jpg("optimized Huffman tables", lambda: jpeg(optimize=True)),
    _jpg("half the colour resolution across", lambda: jpeg(subsampling="4:2:2")),
    _jpg("half the colour resolution", lambda: jpeg(subsampling="4:2:0")),
    _jpg("restart markers", lambda: jpeg(restart_marker_rows=1)),
    _jpg("gray", lambda: jpeg(_GRAY), points=points_of(_GRAY)),
    _jpg("RGB without a transform", lambda: jpeg(keep_rgb=True)),
    _jpg("CMYK", lambda: jpeg(_cmyk())),
    _jpg("YCCK", _ycck),
    _jpg("CMYK without Adobe's marker", lambda: _without_adobe(_cmyk())),
    _jpg("CMYK with a profile of RGB", lambda: jpeg(_cmyk(), icc_profile=profile())),
    _jpg(
        "gray with a profile of RGB", lambda: jpeg(_GRAY, icc_profile=profile(SRGB)), points=points_of(_GRAY), within=8
    ),
    _jpg("RGB with a profile of gray", lambda: jpeg(icc_profile=profile(space=b"GRAY"))),
    _jpg("Display P3", lambda: _profiled(profile(DISPLAY_P3))),
    _jpg("Adobe RGB", lambda: _profiled(profile(ADOBE_RGB))),
    _jpg(
        "sRGB profile of Little CMS",
        lambda: jpeg(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
    ),
    _jpg("profile that swaps the channels", lambda: _profiled(profile(_SWAPPED))),
    _jpg("profile in many pieces", lambda: _in_pieces(profile(_SWAPPED))),
    _jpg("linear profile", lambda: _profiled(profile(SRGB, 1.0)), within=12),
    _jpg("no JFIF segment", _without_jfif),
    _jpg("EXIF before JFIF", lambda: behind_start(segment(0xE1, b"Exif\0\0" + exif().tobytes()[6:]))),
    _jpg("fill bytes before a marker", lambda: behind_start(b"\xff" * 50)),
    _jpg("many fill bytes", lambda: behind_start(b"\xff" * 200_000)),
    _jpg("comment that names a script", lambda: behind_start(segment(0xFE, b"made by <b>us</b>"))),
    _jpg("long comments", lambda: behind_start(*[segment(0xFE, b"x" * 65_000)] * 20)),
    _jpg("Photoshop segment", lambda: behind_start(segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\0"))),
    _jpg("unknown segments", lambda: behind_start(*[segment(0xE9, b"maker's own")] * 30)),
    _jpg("zeros behind the end", lambda: jpeg() + b"\0" * 5000),
    _jpg("another picture behind the end", lambda: jpeg() + jpeg(Image.new("RGB", (16, 16)))),
    _jpg("line feed behind the end", lambda: jpeg() + b"\r\n"),
    _jpg("several pictures (MPO)", _multi_picture),
    _jpg("smaller picture in its EXIF block", _with_thumbnail),
    _jpg("no end marker", lambda: jpeg()[:-2]),
    _jpg("cut in its last quarter", lambda: _tall(0.85), size=(64, 192), points=UPPER_HALF),
    _jpg("cut in its middle", lambda: _tall(0.7), size=(64, 192), points={(0.25, 0.1): QUARTERS[0.25, 0.25]}),
    _jpg("one pixel", lambda: jpeg(Image.new("RGB", (1, 1), "black")), size=(1, 1), points={(0, 0): (0, 0, 0)}),
    _jpg("one column", lambda: jpeg(Image.new("RGB", (1, 60), "black")), size=(1, 60), points={(0, 0.5): (0, 0, 0)}),
    _jpg(
        "odd size",
        lambda: jpeg(Image.new("RGB", (37, 23), "black"), subsampling="4:2:0"),
        size=(37, 23),
        points={(0.5, 0.5): (0, 0, 0)},
    ),
    Case(
        title="only a header",
        name="photo.jpg",
        make=lambda: jpeg()[: jpeg().index(b"\xff\xda")],
        out=Accepted(mime_type=JPEG, size=SIZE),
    ),
    Case(
        title="more pixels than are drawn",
        name="photo.jpg",
        make=lambda: _with_size(30_000, 30_000),
        out=Refused(code="content_mismatch", sentence="pixels", imported="image/jpeg|application/.*"),
    ),
    Case(
        title="no pixels",
        name="photo.jpg",
        make=lambda: _with_size(0, 0),
        out=Refused(code="content_mismatch", sentence="pixels", imported="image/jpeg|application/.*"),
    ),
]


def _with_size(width: int, height: int) -> bytes:
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)
