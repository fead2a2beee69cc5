# ruff: noqa: RUF001  the letters of other scripts are meant
"""Names: every harmless one is taken as it is, and the last ending alone counts."""

import unicodedata
from collections.abc import Callable
from functools import partial

from tests.corpus.case import ANYTHING, SIZE, Accepted, Case, Refused
from tests.corpus.drawing import encoded
from tests.corpus.heifs import heif, still
from tests.corpus.jpegs import jpeg
from tests.corpus.pdfs import pdf

PNG = "image/png"
REFUSED = Refused(code="unsupported_media_type|invalid_filename", sentence=".")


def _named(name: str, shown: str | None = None, *, title: str = "") -> Case:
    """A PNG of that name, which is shown as it is or as `shown`."""
    out = Accepted(mime_type=PNG, size=SIZE, name=name if shown is None else shown)
    return Case(title=title or name, name=name, make=encoded, out=out)


def _wrong(
    title: str, name: str, make: Callable[[], bytes], mime_type: str, announced: str = "", kind: str = "IMAGE"
) -> Case:
    return Case(title=title, name=name, make=make, out=Accepted(mime_type=mime_type), type=kind, announced=announced)


def _refused(
    name: str, make: Callable[[], bytes], kind: str = "DOCUMENT", announced: str = "", imported: str = ANYTHING
) -> Case:
    out = Refused(code=REFUSED.code, sentence=REFUSED.sentence, imported=imported)
    return Case(
        title=f"{name} as {kind} {announced}".strip(), name=name, make=make, out=out, type=kind, announced=announced
    )


_DECOMPOSED = unicodedata.normalize("NFD", "Ärger über Öl.png")
_INNER = (
    *("a.svg.png", "index.html.png", "setup.exe.png", "photo.jpg.png", "archive.tar.gz.png", "shell.php.png"),
    *("page.php5.png", "config.xml.png", "example.com.png", "v1.2.3.png", "photo..png", "run.sh.png", "a.js.png"),
)
_LETTERS = (
    *("Grüße aus München.png", "日本語の写真.png", "фото.png", "صورة.png", "תמונה.png", "รูปภาพ.png", "사진.png"),
    *(
        "\U0001f600.png",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467.png",
        "می\u200cخواهم.png",
        "naïve café.png",
        "ﬁle.png",
    ),
)
_SIGNS = (
    *(
        "100%.png",
        "50%25.png",
        "a%20b.png",
        "a%2Fb.png",
        "a+b.png",
        "a&b.png",
        "a&amp;b.png",
        "a=b;c.png",
        "a,b.png",
        "a'b.png",
    ),
    *(
        "#1.png",
        "a?b.png",
        "a*b.png",
        "a|b.png",
        "a<b>.png",
        "[a].png",
        "{a}.png",
        "~a.png",
        "$a.png",
        "@a.png",
        "-a.png",
    ),
    *(
        ".hidden.png",
        "..hidden.png",
        " a.png".strip(),
        "a  b.png",
        "CON.png",
        "nul.png",
        "photo (1).png",
        "Kopie von a.png",
    ),
)
_UPPER = ("PHOTO.PNG", "Photo.Png")

CASES = [
    *(_named(name) for name in (*_INNER, *_LETTERS, *_SIGNS, *_UPPER)),
    _named(_DECOMPOSED, unicodedata.normalize("NFC", _DECOMPOSED), title="letters of macOS"),
    _named("a\u202egnp.exe.png", "agnp.exe.png", title="a mark that turns the direction"),
    _named("a\u200fb.png", "ab.png", title="a mark of the direction"),
    _named("x" * 251 + ".png", title="255 bytes"),
    _named("ü" * 125 + ".png", title="254 bytes of two-byte letters"),
    _named("x" * 300 + ".png", "x" * 251 + ".png", title="304 bytes"),
    _named("日" * 100 + ".png", "日" * 83 + ".png", title="304 bytes of three-byte letters"),
    _named("C:\\fakepath\\a.png", "a.png", title="a path of Windows"),
    _named("folder/a.png", "a.png", title="a path"),
    _named("../../a.png", "a.png", title="a path upwards"),
    _wrong("PNG called JPG", "photo.jpg", encoded, PNG),
    _wrong("PNG announced as JPEG", "photo.jpg", encoded, PNG, "image/jpeg"),
    _wrong("PNG announced as GIF", "photo.png", encoded, PNG, "image/gif"),
    _wrong("JPEG called PNG", "photo.png", jpeg, "image/jpeg", "image/png"),
    _wrong("JPEG called JPG with a dot", "photo.jpg.", jpeg, "image/jpeg"),
    _wrong("JPEG called JPE", "photo.jpe", jpeg, "image/jpeg"),
    _wrong("JPEG called JFIF", "photo.jfif", jpeg, "image/jpeg"),
    _wrong("JPEG called WEBP", "photo.webp", jpeg, "image/jpeg"),
    _wrong("JPEG called HEIC, as sharing makes them", "IMG_1.HEIC", jpeg, "image/jpeg"),
    _wrong("HEIC called PNG", "IMG_1.png", lambda: heif(still()), "image/heic"),
    _wrong("WebP called JPG, as browsers save it", "photo.jpg", lambda: encoded(None, "WEBP"), "image/webp"),
    _wrong("WebP called PNG", "photo.png", lambda: encoded(None, "WEBP"), "image/webp", "image/png"),
    _wrong("AVIF called JPG", "photo.jpg", lambda: encoded(None, "AVIF"), "image/avif"),
    _wrong("GIF called PNG", "photo.png", lambda: encoded(None, "GIF"), "image/gif"),
    _wrong("BMP called JPG", "photo.jpg", lambda: encoded(None, "BMP"), "image/bmp"),
    _wrong("TIFF called JPG", "photo.jpg", lambda: encoded(None, "TIFF"), "image/tiff"),
    _wrong("no ending, announced", "photo", jpeg, "image/jpeg", "image/jpeg"),
    _wrong("an ending that is none", "photo.2026", jpeg, "image/jpeg", "image/jpeg"),
    _wrong("an announcement in capitals", "photo.jpg", jpeg, "image/jpeg", "IMAGE/JPEG"),
    _wrong("an announcement with parameters", "photo.jpg", jpeg, "image/jpeg", "image/jpeg; name=photo.jpg"),
    _wrong("an old alias", "photo.jpg", jpeg, "image/jpeg", "image/pjpeg"),
    _wrong("an alias of PNG", "photo.png", encoded, PNG, "image/x-png"),
    _wrong("an announcement that is no type", "photo.png", encoded, PNG, "png"),
    _wrong("PDF without an ending", "paper", pdf, "application/pdf", "application/pdf", "DOCUMENT"),
    _wrong(
        "PDF with an ending of its own", "paper.pdf.txt", partial(pdf, packed=True), "application/pdf", "", "DOCUMENT"
    ),
    _refused("photo", jpeg, "IMAGE", imported="image/jpeg"),
    _refused("photo.original", jpeg, "IMAGE", imported="image/jpeg"),
    _refused("setup.exe", lambda: b"MZ\x90\0" + b"\0" * 60),
    _refused("notes.txt.exe", lambda: b"only text\n"),
    _refused("page.html", lambda: b"<!DOCTYPE html><p>Hello</p>"),
    _refused("page.html", lambda: b"<!DOCTYPE html><p>Hello</p>", announced="text/plain"),
    _refused("run.sh", lambda: b"#!/bin/sh\n"),
    _refused("a.php", lambda: b"<?php phpinfo();"),
    _refused("a.php ", lambda: b"<?php phpinfo();"),
    _refused("a.php.", lambda: b"<?php phpinfo();"),
    _refused("a.ｐｈｐ", lambda: b"<?php phpinfo();"),
    _refused("a.png\u202e.exe", encoded, "IMAGE", imported=PNG),
    _refused("a.js", lambda: b"alert(1)"),
    _refused("script.vbs", lambda: b"MsgBox 1"),
    _refused("photo.png.exe", encoded, "IMAGE", PNG, imported=PNG),
    _refused("disk.iso", lambda: b"\0" * 40_000),
    _refused("paper.pdf", pdf, "IMAGE"),
    _refused("song.mp3", lambda: b"ID3\3\0\0\0\0\0\0", "IMAGE", imported="audio/mpeg"),
    _refused("photo.jpg", jpeg, "VIDEO", imported="image/jpeg"),
]
