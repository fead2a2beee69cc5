"""What must not come in: nothing, programs, pages in disguise, polyglots, bombs."""

import gzip
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.corpus.archives import archive
from tests.corpus.case import ANYTHING, Case, Refused
from tests.corpus.drawing import encoded
from tests.corpus.heifs import box, extent, full_box
from tests.corpus.jpegs import behind_start, jpeg, segment
from tests.corpus.pdfs import pdf
from tests.corpus.pngs import SIGNATURE, chunk

MISMATCH = "content_mismatch"


def _case(
    title: str,
    name: str,
    make: Callable[[], bytes],
    sentence: str = ".",
    kind: str = "IMAGE",
    code: str = MISMATCH,
    imported: str = ANYTHING,
) -> Case:
    return Case(
        title=title, name=name, make=make, out=Refused(code=code, sentence=sentence, imported=imported), type=kind
    )


PAGE = b"<!DOCTYPE html>\n<html><script>alert(document.domain)</script></html>"
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 60
MACH_O = b"\xcf\xfa\xed\xfe" + b"\0" * 60
EXE = b"MZ\x90\0\x03\0\0\0" + b"\0" * 120 + b"PE\0\0"
CLASS = b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 40
_EXPECTED = {"IMAGE": "photo.png", "DOCUMENT": "paper.pdf", "VIDEO": "film.mp4", "AUDIO": "song.mp3"}
_PROGRAMS = {
    "a program of Windows": EXE,
    "a program of Linux": ELF,
    "a program of macOS": MACH_O,
    "a class of Java": CLASS,
}
_OTHERS = {
    "a page": PAGE,
    "a shell script": b"#!/bin/sh\nrm -rf /\n",
    "PHP": b"<?php system($_GET['c']); ?>",
    "an icon of Windows": b"\0\0\1\0\1\0\x10\x10" + b"\0" * 60,
    "a database": b"SQLite format 3\0" + b"\0" * 100,
    "a key": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "an error of a proxy": b"<html><head><title>502 Bad Gateway</title></head></html>",
    "an answer in JSON": b'{"error": "not found"}',
    "noise": bytes(n * 197 % 251 for n in range(5000)),
    "a compressed file": gzip.compress(b"x" * 999, mtime=0),
}


def _png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size; its pixels are all there, compressed to almost nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 20_000_000, 9)) + chunk(b"IEND")


def _gif_of(width: int, height: int) -> bytes:
    data = encoded(None, "GIF")
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def _webp_of(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas + encoded(None, "WEBP", lossless=True)[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _bmp_of(width: int, height: int) -> bytes:
    data = bytearray(encoded(None, "BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


def _heif_of(width: int, height: int, brand: bytes) -> bytes:
    properties = box(b"iprp", box(b"ipco", extent(width, height)), full_box(b"ipma", struct.pack(">IHBB", 1, 1, 1, 1)))
    meta = full_box(b"meta", full_box(b"hdlr", b"\0\0\0\0pict", b"\0" * 13), full_box(b"pitm", b"\0\1"), properties)
    return box(b"ftyp", brand, b"\0\0\0\0mif1", brand) + meta


_LARGE = (60_000, 60_000)
_PIXELS = "pixels"

CASES = [
    *(
        _case(
            f"nothing, as {kind}",
            name,
            bytes,
            code="empty_file",
            sentence="[Ee]mpty",
            kind=kind,
            imported="application/octet-stream",
        )
        for kind, name in _EXPECTED.items()
    ),
    *(
        _case(f"{title}, called {name}", name, lambda data=data: data, kind=kind)
        for title, data in (_PROGRAMS | _OTHERS).items()
        for kind, name in _EXPECTED.items()
    ),
    _case("PNG of 3,600 million pixels", "photo.png", lambda: _png_of(*_LARGE), _PIXELS),
    _case("GIF of 3,600 million pixels", "moving.gif", lambda: _gif_of(*_LARGE), _PIXELS),
    _case("WebP of 225 million pixels", "photo.webp", lambda: _webp_of(15_000, 15_000), _PIXELS),
    _case("BMP of 3,600 million pixels", "scan.bmp", lambda: _bmp_of(*_LARGE), _PIXELS),
    _case("HEIC of 3,600 million pixels", "photo.heic", lambda: _heif_of(*_LARGE, b"heic"), _PIXELS),
    _case("AVIF of 3,600 million pixels", "photo.avif", lambda: _heif_of(*_LARGE, b"avif"), _PIXELS),
    _case("PNG of no pixels", "photo.png", lambda: _png_of(0, 10), _PIXELS),
    _case("JPEG and archive", "photo.jpg", lambda: jpeg() + archive({"a.html": PAGE}), "archive"),
    _case("PNG and archive", "photo.png", lambda: encoded() + archive({"a.class": CLASS}), "archive"),
    _case("PDF and archive", "paper.pdf", lambda: pdf() + archive({"a.html": PAGE}), "archive", "DOCUMENT"),
    _case(
        "GIF and script",
        "moving.gif",
        lambda: b"GIF89a/*\0\0\0\0*/=1;<script>alert(1)</script>//" + b"\0" * 80,
        "active|damaged|pixels",
    ),
    _case("GIF and page", "moving.gif", lambda: b"GIF89a\x40\0\x30\0\0\0\0" + PAGE, "active"),
    _case("JPEG with a page in its comment", "photo.jpg", lambda: behind_start(segment(0xFE, PAGE)), "active"),
    _case(
        "JPEG with PHP in its comment",
        "photo.jpg",
        lambda: behind_start(segment(0xFE, b"<?php system(1); ?>")),
        "active",
    ),
    _case(
        "PNG with a page in its text",
        "photo.png",
        lambda: SIGNATURE + encoded()[8:33] + chunk(b"tEXt", b"c\0" + PAGE) + encoded()[33:],
        "active",
    ),
    _case("WebP whose bytes are text", "photo.webp", lambda: b"RIFF\0\0\0\0WEBP" + PAGE, "."),
    _case("JPEG XL", "photo.jxl", lambda: b"\xff\x0a" + b"\0" * 60, code="unsupported_media_type"),
    _case("JPEG 2000 called JPG", "photo.jpg", lambda: encoded(None, "JPEG2000")),
    _case("Photoshop called PNG", "photo.png", lambda: b"8BPS\0\1" + b"\0" * 60),
    _case(
        "ICO of a page",
        "favicon.ico",
        lambda: encoded(Image.new("RGB", (16, 16)), "ICO"),
        code="unsupported_media_type",
    ),
    _case(
        "raw picture of a camera",
        "photo.cr2",
        lambda: b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 40,
        code="unsupported_media_type",
    ),
    _case("HLS playlist", "film.m3u8", lambda: b"#EXTM3U\n", code="unsupported_media_type", kind="VIDEO"),
    _case(
        "Flash",
        "film.swf",
        lambda: b"FWS\x09" + b"\0" * 60,
        code="unsupported_media_type|invalid_filename",
        kind="VIDEO",
    ),
    _case(
        "an application of Android",
        "app.apk",
        lambda: archive({"AndroidManifest.xml": b""}),
        code="unsupported_media_type|invalid_filename",
        kind="DOCUMENT",
    ),
]
