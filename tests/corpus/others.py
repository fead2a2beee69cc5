"""GIF, WebP, AVIF and BMP."""

import struct

from PIL import Image

from tests.corpus.case import CORNERS, QUARTERS, SIZE, Accepted, Case, Refused, picture, points_of
from tests.corpus.drawing import DISPLAY_P3, encoded, exif, in_profile, profile, quarters
from tests.corpus.heifs import box

OTHER = Image.new("RGB", SIZE, "black")
CLEAR = {**QUARTERS, CORNERS[0]: (0, 0, 0, 0)}


def _clear_quarter() -> Image.Image:
    image = quarters().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, SIZE[0] // 2, SIZE[1] // 2))
    return image


def _gif(title: str, make: object, **facts: object) -> Case:
    return picture(f"GIF, {title}", "moving.gif", make, "image/gif", **facts)


def _webp(title: str, make: object, **facts: object) -> Case:
    return picture(f"WebP, {title}", "picture.webp", make, "image/webp", **facts)


def _avif(title: str, make: object, **facts: object) -> Case:
    return picture(f"AVIF, {title}", "picture.avif", make, "image/avif", **{"within": 8, **facts})


def _bmp(title: str, make: object, **facts: object) -> Case:
    return picture(f"BMP, {title}", "scan.bmp", make, "image/bmp", **facts)


def _still_webp(**options: object) -> bytes:
    return encoded(None, "WEBP", **{"lossless": True, **options})


def _still_avif(image: Image.Image | None = None, **options: object) -> bytes:
    return encoded(image, "AVIF", **{"quality": 95, "subsampling": "4:4:4", **options})


def _branded(major: bytes, *brands: bytes) -> bytes:
    """An AVIF with other brands in the room of its own; `free` takes what is left."""
    data = _still_avif()
    length = struct.unpack(">I", data[:4])[0]
    head = box(b"ftyp", major, b"\0\0\0\0", *brands)
    return head + (box(b"free", b"\0" * (length - len(head) - 8)) if length > len(head) else b"") + data[length:]


def _profiled(format: str, **options: object) -> bytes:  # noqa: A002
    data = profile(DISPLAY_P3)
    return encoded(in_profile(data), format, icc_profile=data, **options)


def _bitmap(image: Image.Image, depth: int, *, header: int = 40, top_down: bool = False) -> bytes:
    """A bitmap of 16 or 32 bits a pixel, or with an OS/2 header of 12 bytes, which Pillow does not write."""
    rows = []
    for y in range(image.height):
        row = b""
        for x in range(image.width):
            red, green, blue = image.getpixel((x, y))
            small = struct.pack("<H", (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3)
            row += {16: small, 24: bytes((blue, green, red)), 32: bytes((blue, green, red, 0))}[depth]
        rows.append(row + b"\0" * (-len(row) % 4))
    pixels = b"".join(rows if top_down else reversed(rows))
    height = -image.height if top_down else image.height
    if header == 12:
        about = struct.pack("<IHHHH", 12, image.width, image.height, 1, depth)
    else:
        about = struct.pack("<IiiHHIIiiII", header, image.width, height, 1, depth, 0, len(pixels), 2835, 2835, 0, 0)
    about = about.ljust(header, b"\0")
    return b"BM" + struct.pack("<IHHI", 14 + len(about) + len(pixels), 0, 0, 14 + len(about)) + about + pixels


CASES = [
    _gif("still", lambda: encoded(None, "GIF")),
    _gif("version of 1987", lambda: b"GIF87a" + encoded(None, "GIF")[6:]),
    _gif("interlaced", lambda: encoded(None, "GIF", interlace=1)),
    _gif("moving", lambda: encoded(None, "GIF", save_all=True, append_images=[OTHER], duration=100, loop=0)),
    _gif("transparent", lambda: encoded(_clear_quarter(), "GIF"), points=CLEAR),
    _gif("gray", lambda: encoded(quarters().convert("L"), "GIF"), points=points_of(quarters().convert("L"))),
    _gif("comment", lambda: encoded(None, "GIF", comment=b"made by hand")),
    _gif("no trailer", lambda: encoded(None, "GIF").rstrip(b";")),
    _gif("bytes behind the end", lambda: encoded(None, "GIF") + b"\0" * 9),
    _webp("without loss", _still_webp),
    _webp("with loss", lambda: _still_webp(lossless=False, quality=95), within=12),
    _webp("transparent", lambda: encoded(_clear_quarter(), "WEBP", lossless=True), points=CLEAR),
    _webp("transparent, with loss", lambda: encoded(_clear_quarter(), "WEBP", quality=95), points=CLEAR, within=12),
    _webp("moving", lambda: _still_webp(save_all=True, append_images=[OTHER], duration=100)),
    _webp("Display P3", lambda: _profiled("WEBP", lossless=True)),
    _webp("EXIF and XMP", lambda: _still_webp(exif=exif(1, make="Phone"), xmp=b"<x:xmpmeta/>")),
    _webp("bytes behind the end", lambda: _still_webp() + b"\0" * 10),
    _avif("full colour resolution", _still_avif),
    _avif("half the colour resolution", lambda: _still_avif(subsampling="4:2:0")),
    _avif("half the colour resolution across", lambda: _still_avif(subsampling="4:2:2")),
    _avif("limited range", lambda: _still_avif(range="limited")),
    _avif(
        "gray",
        lambda: _still_avif(quarters().convert("L"), subsampling="4:0:0"),
        points=points_of(quarters().convert("L")),
    ),
    _avif("transparent", lambda: _still_avif(_clear_quarter()), points=CLEAR),
    _avif("moving", lambda: _still_avif(save_all=True, append_images=[OTHER], duration=100)),
    _avif("Display P3", lambda: _profiled("AVIF", quality=95, subsampling="4:4:4"), within=14),
    _avif("brand mif1", lambda: _branded(b"mif1", b"avif", b"miaf")),
    _avif("brand avif alone", lambda: _branded(b"avif", b"avif")),
    _bmp("24 bits", lambda: encoded(None, "BMP")),
    _bmp("32 bits", lambda: _bitmap(quarters(), 32)),
    _bmp("16 bits", lambda: _bitmap(quarters(), 16), within=10),
    _bmp("top row first", lambda: _bitmap(quarters(), 24, top_down=True)),
    _bmp("OS/2", lambda: _bitmap(quarters(), 24, header=12)),
    _bmp("header of version 5", lambda: _bitmap(quarters(), 24, header=124)),
    _bmp("palette", lambda: encoded(quarters().quantize(4), "BMP")),
    _bmp("gray", lambda: encoded(quarters().convert("L"), "BMP"), points=points_of(quarters().convert("L"))),
    _bmp(
        "black and white",
        lambda: encoded(quarters().convert("1", dither=Image.Dither.NONE), "BMP"),
        points=points_of(quarters().convert("1", dither=Image.Dither.NONE)),
    ),
    Case(
        title="a WAV called WebP",
        name="picture.webp",
        make=lambda: b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40,
        out=Refused(code="content_mismatch", sentence=".", imported="audio/wav"),
    ),
    Case(
        title="WebP, cut in its pixels",
        name="picture.webp",
        make=lambda: _still_webp()[:-20],
        out=Accepted(mime_type="image/webp", size=SIZE),
    ),
    Case(
        title="GIF, cut in its pixels",
        name="moving.gif",
        make=lambda: encoded(None, "GIF")[:-200],
        out=Accepted(mime_type="image/gif", size=SIZE),
    ),
]
