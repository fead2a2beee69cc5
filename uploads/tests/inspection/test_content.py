"""Bytes are refused unless they are what was announced."""

import struct
import time
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from common.errors import Unavailable
from common.resilience import deadlines
from uploads.errors import ContentMismatch
from uploads.inspection import Content, inspect_and_scan, scanner
from uploads.inspection.signatures import SIGNATURES
from uploads.tests.inspection.contents import DOCX, GENUINE, PPTX, XLSX, check, picture


def test_a_genuine_file_of_every_type_is_accepted():
    assert GENUINE.keys() == SIGNATURES.keys()
    for content_type, data in GENUINE.items():
        check(data, content_type)


# US-17
@pytest.mark.parametrize("announced", sorted(GENUINE))
@pytest.mark.parametrize("really", sorted(GENUINE))
def test_a_file_of_one_type_is_refused_as_any_other(announced, really):
    same_container = {
        ("application/zip", DOCX),
        ("application/zip", XLSX),
        ("application/zip", PPTX),
        ("audio/mp4", "video/mp4"),
        ("text/csv", "text/plain"),
        ("text/plain", "text/csv"),
    }
    if announced == really or (announced, really) in same_container:
        check(GENUINE[really], announced)
        return
    with pytest.raises(ContentMismatch):
        check(GENUINE[really], announced)


# US-17 US-23
@pytest.mark.parametrize("announced", sorted(GENUINE))
@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><html><body>hi</body></html>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"\xef\xbb\xbf  <script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"hello <svg onload=alert(1)>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
        b"<xsl:stylesheet version='1.0'/>",
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
        b"\x7fELF\x02\x01\x01" + b"\0" * 60,
        b"MZ\x90\0" + b"\0" * 60,
        b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0",
        b"",
        b"\0",
    ],
)
def test_markup_and_programs_are_refused_as_every_type(announced, data):
    if data == b"" and announced.startswith("text/"):
        return  # an empty file is refused before its bytes are asked for
    with pytest.raises(ContentMismatch):
        check(data, announced)


@pytest.mark.parametrize("data", [b"caf\xe9", b"a\0b", "ä".encode("utf-16"), b"ok " * 5000 + b"\xff", b"cut \xc3"])
def test_text_that_is_not_utf8_is_refused(data):
    with pytest.raises(ContentMismatch):
        check(data, "text/plain")


def test_a_character_may_span_two_chunks():
    content = Content(3, lambda start, end: iter([b"\xe2\x82", b"\xac"][: 2 if end - start == 3 else 1]))
    inspect_and_scan(content, "text/plain")


# US-27
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_pictures_dimensions_come_from_its_header(kind):
    assert check(picture(kind, (321, 123)), f"image/{kind.lower()}") == (321, 123)


# US-27
@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        (picture("JPEG", mode="CMYK"), "image/jpeg", (40, 30)),
        (picture("JPEG", progressive=True), "image/jpeg", (40, 30)),
        (picture("PNG", mode="I;16"), "image/png", (40, 30)),
        (picture("WEBP", lossless=True), "image/webp", (40, 30)),
        (picture("WEBP", save_all=True, append_images=[Image.new("RGB", (40, 30), "red")]), "image/webp", (40, 30)),
        (picture("JPEG")[:20], "image/jpeg", None),
        (picture("PNG")[:10], "image/png", None),
        (picture("GIF")[:8], "image/gif", None),
        (picture("WEBP")[:16], "image/webp", None),
    ],
)
def test_odd_and_truncated_pictures_have_the_right_dimensions_or_none(data, content_type, expected):
    assert check(data, content_type) == expected


def test_a_picture_that_may_be_turned_has_its_dimensions_from_a_decoder_later():
    turned = Image.Exif()
    turned[0x0112] = 6
    for kind in ("JPEG", "PNG", "WEBP"):
        assert check(picture(kind, exif=turned), f"image/{kind.lower()}") is None


def png_claiming(width: int, height: int) -> bytes:
    data = bytearray(picture("PNG"))
    data[16:24] = struct.pack(">II", width, height)
    return bytes(data)


# US-27
@pytest.mark.parametrize("size", [(50_000, 50_000), (0, 10), (10, 0), (2**32 - 1, 2**32 - 1)])
def test_a_pixel_flood_is_refused_from_the_header(size):
    with pytest.raises(ContentMismatch):
        check(png_claiming(*size), "image/png")


def test_a_picture_with_a_script_in_its_comment_is_refused():
    comment = b"<script>alert(1)</script>"
    marked = b"\xff\xd8\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + picture("JPEG")[2:]
    with pytest.raises(ContentMismatch):
        check(marked, "image/jpeg")


@given(st.binary(max_size=300), st.sampled_from(sorted(GENUINE)), st.integers(0, 400))
def test_no_bytes_raise_anything_but_a_mismatch(junk, content_type, cut):
    for data in (junk, GENUINE[content_type][:cut] + junk):
        try:
            check(data, content_type)
        except ContentMismatch:
            continue


def finds_a_virus(chunks):
    return "EICAR" if b"EICAR" in b"".join(chunks) else None


def is_down(chunks):
    raise ConnectionError("no clamd here")


# US-37
def test_what_the_scanner_finds_is_refused(settings):
    settings.UPLOAD_SCANNER = f"{__name__}.finds_a_virus"
    check(b"harmless", "text/plain")
    with pytest.raises(ContentMismatch):
        check(b"X5O!P%@AP EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "text/plain")


# US-37 ST-10
def test_nothing_passes_while_the_scanner_is_down(settings):
    settings.UPLOAD_SCANNER = f"{__name__}.is_down"
    with pytest.raises(Unavailable):
        check(b"harmless", "text/plain")


# ST-10
def test_nothing_passes_when_the_scanner_does_not_exist(settings):
    settings.UPLOAD_SCANNER = "no.such.scanner"
    with pytest.raises(Unavailable):
        check(b"harmless", "text/plain")


answering = Event()


def hangs(chunks):
    answering.wait(30)


# FA-C13
def test_a_scanner_that_hangs_holds_no_request(settings):
    settings.UPLOAD_SCANNER = f"{__name__}.hangs"
    answering.clear()
    began = time.monotonic()
    for _ in range(scanner.AT_ONCE + 2):
        with pytest.raises(Unavailable), deadlines.within(0.1):
            check(b"harmless", "text/plain")
    assert time.monotonic() - began < 0.1 * (scanner.AT_ONCE + 2) + 5
    answering.set()
    with deadlines.within(20):
        check(b"harmless", "text/plain")


# ST-10
@pytest.mark.parametrize("scanner", ["finds_a_virus", "is_down"])
def test_a_scanner_says_the_same_within_a_request(settings, scanner):
    settings.UPLOAD_SCANNER = f"{__name__}.{scanner}"
    with pytest.raises((ContentMismatch, Unavailable)) as refused, deadlines.within(10):
        check(b"EICAR", "text/plain")
    assert refused.type is {"finds_a_virus": ContentMismatch, "is_down": Unavailable}[scanner]
