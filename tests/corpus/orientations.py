"""The eight orientations in every format that has them, and other ways of saying which side is up."""

import struct
from collections.abc import Callable

from tests.corpus import heifs
from tests.corpus.case import Case, picture
from tests.corpus.drawing import encoded, exif, turned
from tests.corpus.jpegs import behind_start, jpeg, segment
from tests.corpus.pngs import chunk, with_chunks


def _by_pillow(format: str, **options: object) -> Callable[[int], bytes]:  # noqa: A002
    return lambda number: encoded(turned(number), format, exif=exif(number), **options)


def _little_endian(number: int) -> bytes:
    block = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, number, 0, 0)
    return behind_start(segment(0xE1, b"Exif\0\0" + block), data=jpeg(turned(number)))


def _png_behind_the_pixels(number: int) -> bytes:
    block = chunk(b"eXIf", exif(number).tobytes()[6:])
    return with_chunks(block, data=encoded(turned(number)), before=b"IEND")


def _two_exif_blocks(number: int) -> bytes:
    """The first one counts; programs that edit leave the other one."""
    blocks = [segment(0xE1, b"Exif\0\0" + exif(each).tobytes()[6:]) for each in (number, 1)]
    return behind_start(*blocks, data=jpeg(turned(number)))


WAYS: tuple[tuple[str, str, str, Callable[[int], bytes]], ...] = (
    ("JPEG", "photo.jpg", "image/jpeg", _by_pillow("JPEG", quality=95, subsampling=0)),
    ("PNG", "photo.png", "image/png", _by_pillow("PNG")),
    ("WebP", "photo.webp", "image/webp", _by_pillow("WEBP", lossless=True)),
    ("AVIF", "photo.avif", "image/avif", _by_pillow("AVIF", quality=95, subsampling="4:4:4")),
    ("TIFF", "photo.tif", "image/tiff", _by_pillow("TIFF")),
    ("HEIC", "photo.heic", "image/heic", heifs.turned),
)
OTHERS: tuple[tuple[str, str, str, Callable[[int], bytes]], ...] = (
    ("JPEG with the low byte first", "photo.jpg", "image/jpeg", _little_endian),
    ("JPEG with two EXIF blocks", "photo.jpg", "image/jpeg", _two_exif_blocks),
    ("PNG with EXIF behind the pixels", "photo.png", "image/png", _png_behind_the_pixels),
    ("HEIC with the turn in EXIF as well", "photo.heic", "image/heic", heifs.turned_twice),
)


def _case(way: tuple[str, str, str, Callable[[int], bytes]], number: int) -> Case:
    title, name, mime_type, make = way
    return picture(f"{title}, orientation {number}", name, lambda: make(number), mime_type, within=8)


CASES = [
    *(_case(way, number) for way in WAYS for number in range(1, 9)),
    *(_case(way, number) for way in OTHERS for number in (6, 8)),
    picture(
        "orientation 0, which does not exist",
        "photo.jpg",
        lambda: encoded(None, "JPEG", exif=exif(0), quality=95, subsampling=0),
        "image/jpeg",
    ),
    picture(
        "orientation 9, which does not exist",
        "photo.jpg",
        lambda: encoded(None, "JPEG", exif=exif(9), quality=95, subsampling=0),
        "image/jpeg",
    ),
]
