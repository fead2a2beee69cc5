# ruff: noqa: RUF001  the letters of other scripts are meant
"""Text: every encoding that people's programs write, and text that looks like something else."""

import gzip
from collections.abc import Callable

from tests.corpus.case import Accepted, Case, Refused

PLAIN, CSV, MARKDOWN = "text/plain", "text/csv", "text/plain"
GERMAN = "Größe;Preis €\r\nTür;12,50\r\nÄpfel und Birnen, je ein Körbchen;3,20\r\n" * 8
FRENCH = "Déjà vu, où êtes-vous ? Ça va, l'été à l'hôtel.\n" * 8
RUSSIAN = "Привет, это обычный текст о погоде и о том, как прошёл день.\n" * 8
JAPANESE = "これは日本語の文章です。今日はとても良い天気ですね。カタカナもあります。\n" * 8
CHINESE = "这是一个普通的中文文本,今天的天气很好,我们去公园散步。\n" * 8
TAIWANESE = "這是一個普通的中文文本,今天的天氣很好,我們去公園散步。\n" * 8
KOREAN = "안녕하세요, 오늘은 날씨가 아주 좋습니다. 공원에 갑시다.\n" * 8
GREEK = "Καλημέρα, αυτό είναι ένα συνηθισμένο κείμενο για τον καιρό.\n" * 8
POLISH = "Zażółć gęślą jaźń, proszę państwa, to jest zwykły tekst.\n" * 8
HEBREW = "שלום, זה טקסט רגיל על מזג האוויר והיום שעבר.\n" * 8
ARABIC = "مرحبا، هذا نص عادي عن الطقس وعن اليوم الذي مضى.\n" * 8
TURKISH = "Günaydın, bu hava durumu hakkında sıradan bir yazıdır, şğıİ.\n" * 8
BOM = "\ufeff"


def _text(
    title: str,
    make: Callable[[], bytes],
    encoding: str | None = "utf-8",
    name: str = "notes.txt",
    announced: str = "",
    mime_type: str = PLAIN,
) -> Case:
    out = Accepted(mime_type=mime_type, encoding=encoding, drawn=False)
    return Case(title=title, name=name, make=make, out=out, type="DOCUMENT", announced=announced)


def _encoded(text: str, encoding: str, says: str) -> Case:
    return _text(f"{text.split()[0]} in {encoding}", lambda: text.encode(encoding), says)


def _csv(title: str, make: Callable[[], bytes], encoding: str | None = "utf-8", announced: str = "text/csv") -> Case:
    return _text(title, make, encoding, "prices.csv", announced, CSV)


def _refused(title: str, make: Callable[[], bytes], sentence: str = ".", name: str = "notes.txt") -> Case:
    return Case(
        title=title, name=name, make=make, out=Refused(code="content_mismatch", sentence=sentence), type="DOCUMENT"
    )


README = b'<p align="center">\n  <img src="logo.svg">\n</p>\n\n# A project\n\n<!-- toc -->\n'
PAGE = b"<!DOCTYPE html>\n<html><head><script>alert(1)</script></head><body>Hello</body></html>\n"
LONG_LINE = b"x" * 300_000
ANSI = b"\x1b[31mred\x1b[0m plain\r\n"

CASES = [
    *(_encoded(text, "utf-8", "utf-8") for text in (GERMAN, RUSSIAN, JAPANESE, ARABIC)),
    _text("UTF-8 with a byte order mark", lambda: (BOM + GERMAN).encode(), "utf-8"),
    _text("UTF-16, low byte first, with a mark", lambda: (BOM + GERMAN).encode("utf-16-le"), "utf-16le"),
    _text("UTF-16, high byte first, with a mark", lambda: (BOM + GERMAN).encode("utf-16-be"), "utf-16be"),
    _text("UTF-16 without a mark, low byte first", lambda: GERMAN.encode("utf-16-le"), "utf-16le"),
    _text("UTF-16 without a mark, high byte first", lambda: GERMAN.encode("utf-16-be"), "utf-16be"),
    _text("UTF-32, low byte first", lambda: (BOM + GERMAN).encode("utf-32-le"), "utf-32le"),
    _text("UTF-32, high byte first", lambda: (BOM + GERMAN).encode("utf-32-be"), "utf-32be"),
    _text("UTF-16 with emoji", lambda: (BOM + "Hello \U0001f600\n" * 20).encode("utf-16-le"), "utf-16le"),
    _encoded(GERMAN, "cp1252", "windows-1252"),
    _encoded(FRENCH, "cp1252", "windows-1252"),
    _encoded(FRENCH, "iso-8859-1", "windows-1252"),
    _text("Größe in cp437, as DOS wrote it", lambda: GERMAN.replace("€", "").encode("cp437"), None),
    _encoded(RUSSIAN, "cp1251", "windows-1251"),
    _encoded(RUSSIAN, "koi8-r", "koi8-r"),
    _encoded(JAPANESE, "shift_jis", "shift_jis"),
    _encoded(JAPANESE, "euc_jp", "euc-jp"),
    _encoded(JAPANESE, "iso2022_jp", "iso-2022-jp"),
    _encoded(CHINESE, "gb18030", "gb18030|gbk"),
    _encoded(TAIWANESE, "big5", "big5"),
    _encoded(KOREAN, "euc_kr", "euc-kr"),
    _encoded(GREEK, "cp1253", "windows-1253"),
    _encoded(HEBREW, "cp1255", "windows-1255"),
    _encoded(ARABIC, "cp1256", "windows-1256"),
    _text("Polish in cp1250", lambda: POLISH.encode("cp1250"), None),
    _text("Turkish in cp1254", lambda: TURKISH.encode("cp1254"), None),
    _text("one letter of Windows", lambda: b"caf\xe9\n", None),
    _text("cut within a letter", lambda: GERMAN.encode()[: len("Größ".encode()) - 1], None),
    _text("one letter", lambda: b"x"),
    _text("only a line feed", lambda: b"\n"),
    _text("only a byte order mark", lambda: b"\xef\xbb\xbf", None),
    _text("a very long line", lambda: LONG_LINE),
    _text("a letter beyond the first megabyte", lambda: b"x\n" * 600_000 + "é".encode()),
    _text("colours of a terminal", lambda: ANSI, name="build.log"),
    _text("form feeds and tabs", lambda: b"a\tb\x0cc\x1a\n"),
    _text("letters of UTF-8 that are no characters", lambda: b"\xef\xbf\xbe\xf4\x8f\xbf\xbf text\n", None),
    _text("README with HTML", lambda: README, name="README.md", mime_type=MARKDOWN),
    _text(
        "README with a comment first", lambda: b"<!-- badges -->\n# A project\n", name="README.md", mime_type=MARKDOWN
    ),
    _text(
        "README announced as Markdown", lambda: README, name="README.md", announced="text/markdown", mime_type=MARKDOWN
    ),
    _text(
        "README announced as unknown",
        lambda: README,
        name="README.md",
        announced="application/octet-stream",
        mime_type=MARKDOWN,
    ),
    _text("notes about HTML", lambda: b"To embed it: <iframe src=x></iframe> and <script>go()</script>\n"),
    _text("notes that quote PHP", lambda: b"Remove the line <?php phpinfo(); ?> please.\n"),
    _text("text that begins as a PDF", lambda: b"%PDF- is how a PDF begins.\n"),
    _text("text that begins as a message", lambda: b"From: Ann\nTo: Bob\nMime-Version: 1.0\n\nHello\n"),
    _text("text that begins with MZ", lambda: b"MZ is the code of Mozambique.\n"),
    _text("text that begins with PK", lambda: b"PK is short for Pakistan.\n"),
    _text("text that begins with BM", lambda: b"BM: a list of bookmarks\n"),
    _text("text that begins as a script", lambda: b"#!/bin/sh\necho hello\n"),
    _csv("CSV in UTF-8", lambda: GERMAN.encode()),
    _csv("CSV in Windows-1252", lambda: GERMAN.encode("cp1252"), "windows-1252"),
    _csv("CSV as Excel saves Unicode", lambda: (BOM + GERMAN.replace(";", "\t")).encode("utf-16-le"), "utf-16le"),
    _csv("CSV announced by Windows with Excel", lambda: GERMAN.encode(), announced="application/vnd.ms-excel"),
    _csv("CSV announced as text", lambda: GERMAN.encode(), announced="text/plain"),
    _csv("CSV announced as comma-separated", lambda: GERMAN.encode(), announced="text/comma-separated-values"),
    _csv("CSV announced as unknown", lambda: GERMAN.encode(), announced="application/octet-stream"),
    _csv("CSV with an iframe in a cell", lambda: b'name,embed\nfilm,"<iframe src=""https://example.org""></iframe>"\n'),
    _csv("CSV that begins with a tag", lambda: b"<b>name</b>,price\nx,1\n"),
    _csv("CSV of one column", lambda: b"a\nb\nc\n"),
    _csv("CSV that names its separator", lambda: b"sep=;\r\na;b\r\n1;2\r\n"),
    _csv("CSV with formulas", lambda: b"name,total\nx,=1+1\n"),
    _text("JSON", lambda: b'{"a": [1, 2, "<script>"]}\n', name="data.json", mime_type="application/json"),
    _text("JSON lines called JSON", lambda: b'{"a": 1}\n{"a": 2}\n', name="data.json", mime_type="application/json"),
    _text(
        "JSON of one number",
        lambda: b"12",
        name="data.json",
        announced="application/json",
        mime_type="application/json",
    ),
    _text(
        "JSON with a byte order mark", lambda: b'\xef\xbb\xbf{"a": 1}', name="data.json", mime_type="application/json"
    ),
    _text(
        "GeoJSON called JSON",
        lambda: b'{"type": "Point", "coordinates": [1, 2]}',
        name="map.json",
        announced="application/geo+json",
        mime_type="application/json",
    ),
    _text(
        "WebVTT",
        lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello <b>you</b>\n",
        name="film.vtt",
        mime_type="text/vtt",
    ),
    _text(
        "WebVTT with a byte order mark",
        lambda: b"\xef\xbb\xbfWEBVTT\r\n\r\n00:00.000 --> 00:01.000\r\nHello\r\n",
        name="film.vtt",
        announced="text/vtt",
        mime_type="text/vtt",
    ),
    _text(
        "WebVTT with a header",
        lambda: b"WEBVTT - from a program\nKind: captions\nLanguage: en\n\n1\n00:00.000 --> 00:01.000\nHello\n",
        name="film.vtt",
        mime_type="text/vtt",
    ),
    _text(
        "SubRip",
        lambda: b"1\r\n00:00:00,000 --> 00:00:01,000\r\nHello\r\n",
        name="film.srt",
        mime_type="application/x-subrip",
    ),
    _text(
        "SubRip in Windows-1252",
        lambda: b"1\r\n00:00:00,000 --> 00:00:01,000\r\nGr\xfc\xdfe aus M\xfcnchen\r\n",
        None,
        name="film.srt",
        mime_type="application/x-subrip",
    ),
    _text(
        "SubRip that begins with a line feed",
        lambda: b"\r\n1\r\n00:00:00,000 --> 00:00:01,000\r\nHello\r\n",
        name="film.srt",
        announced="text/plain",
        mime_type="application/x-subrip",
    ),
    _text("a page called text", lambda: PAGE),
    _refused("bytes that are no text", lambda: bytes(range(256)) * 20),
    _refused("a program called text", lambda: b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 200),
    _refused("a compressed file called text", lambda: gzip.compress(b"hello" * 99, mtime=0)),
    _refused("text with NUL bytes in UTF-8", lambda: "Grüße\0\0\0 und mehr \0\0 davon\n".encode() * 20),
]
