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
from uploads.inspection.texts import encoding_of
from uploads.tests.inspection.contents import (
    DOCX,
    GENUINE,
    PPTX,
    XLSX,
    adts,
    check,
    compound,
    ebml,
    mpeg_sound,
    picture,
)


def test_a_genuine_file_of_every_type_is_accepted():
    assert GENUINE.keys() == SIGNATURES.keys()
    for content_type, data in GENUINE.items():
        check(data, content_type)


OPEN_DOCUMENTS = [name for name in GENUINE if "opendocument" in name]
TEXTS = ["text/csv", "text/plain", "text/vtt", "application/json", "application/rtf", "application/x-subrip"]
SAME_CONTAINER = {
    *(("application/zip", name) for name in (DOCX, XLSX, PPTX, *OPEN_DOCUMENTS)),
    *((name, really) for name in ("text/csv", "text/plain") for really in (*TEXTS, "image/svg+xml", "application/pdf")),
    ("audio/mp4", "video/mp4"),
}


# US-17
@pytest.mark.parametrize("announced", sorted(GENUINE))
def test_a_file_of_one_type_is_refused_as_any_other(announced):
    same = {announced, *(really for container, really in SAME_CONTAINER if container == announced)}
    assert {really for really, data in GENUINE.items() if is_accepted(data, announced)} == same


def is_accepted(data, content_type):
    try:
        check(data, content_type)
    except ContentMismatch:
        return False
    return True


HOSTILE = [
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
]


# US-17 US-23
@pytest.mark.parametrize("announced", sorted(GENUINE))
def test_markup_and_programs_are_refused_as_every_type(announced):
    accepted = [data for data in HOSTILE if is_accepted(data, announced)]
    if announced in ("text/csv", "text/plain"):  # markup is text, which is only ever downloaded
        assert not [data for data in accepted if data.startswith((b"\x7f", b"MZ", b"\0"))]
    else:  # a drawing is never displayed itself
        assert accepted == ([data for data in HOSTILE if data.startswith(b"<svg")] if "svg" in announced else [])


POLISH = "Zażółć gęślą jaźń. Łódź, Kraków i Gdańsk.\n"
RUSSIAN = "Привет, мир. Это простой текст на русском языке.\n"


# FA-D4
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (b"plain", "utf-8"),
        ("\ufeffgröße".encode(), "utf-8"),
        (b"caf\xe9", "windows-1252"),
        ("Größe;12,50 €;«déjà vu», été\r\n".encode("cp1252"), "windows-1252"),
        (b"ok " * 7000 + b"\xe9t\xe9", "windows-1252"),
        (b"cut \xc3", "windows-1252"),
        ("ä;b".encode("utf-16"), "utf-16le"),
        ("\ufeffä;b".encode("utf-16-be"), "utf-16be"),
        ("Größe;Preis\r\n".encode("utf-16-le"), "utf-16le"),
        ("Größe;Preis\r\n".encode("utf-16-be"), "utf-16be"),
        (RUSSIAN.encode("cp1251"), "windows-1251"),
        (RUSSIAN.encode("koi8_r"), "koi8-r"),
        (POLISH.encode("cp1250"), "windows-1250"),
        ("商品,価格\r\nりんご,100\r\n".encode("cp932"), "shift_jis"),
        ("日本語のテキストです".encode("iso2022_jp"), "iso-2022-jp"),
        ("这是一个中文文本文件用来测试编码检测。\n".encode("gb18030"), "gb18030"),
        ("이것은 한국어 텍스트 파일입니다.\n".encode("cp949"), "euc-kr"),
        (b'<p align="center">\n# README\n', "utf-8"),
        (b"<!-- a comment -->\n# README\n", "utf-8"),
        (b'a;b\n1;<iframe src="x">\n', "utf-8"),
    ],
)
def test_text_is_accepted_in_its_encoding(data, encoding):
    assert encoding_of(Content.of_bytes(data)) == encoding
    data.decode(encoding, errors="replace")


@pytest.mark.parametrize("data", [b"a\0b", b"\0\0\0\1", b"MZ\x90\0" + b"\0" * 60, b"ok " * 7000 + b"\1"])
def test_bytes_that_are_no_text_are_refused(data):
    with pytest.raises(ContentMismatch):
        check(data, "text/plain")


# FA-D5
@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"\xef\xbb\xbf%PDF-1.4\n", "application/pdf"),
        (b"\n" * 1000 + b"%PDF-1.4\n", "application/pdf"),
        (b"RF64\xff\xff\xff\xffWAVEds64" + b"\0" * 40, "audio/wav"),
        (b"\0" * 5000 + mpeg_sound(), "audio/mpeg"),
        (mpeg_sound()[300:], "audio/mpeg"),
        (mpeg_sound(1), "audio/mpeg"),
        (ebml(b"webm", codec=b"V_VP9", size=b"\x40\x0b"), "video/webm"),
        (ebml(b"webm", size=b"\x01\0\0\0\0\0\0\x0b"), "video/webm"),
        (b"ID3\4\0\0\0\0\0\x0a" + b"\0" * 10 + adts(), "audio/aac"),
        (b"ID3\4\0\0\0\0\0\x0a" + b"\0" * 10 + GENUINE["audio/flac"], "audio/flac"),
        (compound("EncryptionInfo", "EncryptedPackage"), DOCX),
        (compound("EncryptionInfo", "EncryptedPackage"), XLSX),
        (b"II+\0\x08\0\0\0" + b"\0" * 20, "image/tiff"),
        ((b"\0\0\0\1" + b"\x47" + b"\xff" * 187) * 4, "video/mp2t"),
        (b"\xff" * 100 + GENUINE["video/mp2t"], "video/mp2t"),
        ('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>'.encode("utf-16"), "image/svg+xml"),
        (b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    ],
)
def test_odd_but_legal_files_are_accepted(data, content_type):
    check(data, content_type)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (compound("WordDocument", "VBA"), "application/msword"),
        (compound("Something"), "application/msword"),
        (compound("Something"), DOCX),
        (b"<html><svg/></html>", "image/svg+xml"),
        (b"%PDF-1.4".rjust(1100), "application/pdf"),
    ],
)
def test_files_of_another_format_or_with_macros_are_refused(data, content_type):
    with pytest.raises(ContentMismatch):
        check(data, content_type)


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
