"""PDF: versions, structures and damages that readers take, and what they do not."""

import re
import zlib
from collections.abc import Callable

from tests.corpus.case import Accepted, Case, Refused
from tests.samples import BLUE, GREEN, RED, WHITE

PDF = "application/pdf"
PAGE_POINTS = {(0.25, 0.25): RED, (0.75, 0.25): GREEN, (0.25, 0.75): BLUE, (0.75, 0.75): WHITE}


def _fill(x: int, y: int, colour: tuple[int, int, int]) -> str:
    red, green, blue = (value / 255 for value in colour)
    return f"{red:.4f} {green:.4f} {blue:.4f} rg {x} {y} 100 100 re f "


CONTENT = (_fill(0, 100, RED) + _fill(100, 100, GREEN) + _fill(0, 0, BLUE) + _fill(100, 0, WHITE)).encode()


def pdf(
    pages: int = 1, *, version: str = "1.7", page: str = "", catalog: str = "", trailer: str = "", packed: bool = False
) -> bytes:
    """A PDF of square pages that show `quarters`, with further entries of its page, catalog and trailer."""
    body = zlib.compress(CONTENT) if packed else CONTENT
    kids = " ".join(f"{4 + number} 0 R" for number in range(pages))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(body), b"/Filter/FlateDecode" if packed else b"", body),
        *[f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 3 0 R/Resources<<>>{page}>>".encode()] * pages,
    ]
    data, places = f"%PDF-{version}\n%\xe2\xe3\xcf\xd3\n".encode("latin-1"), []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode()


def _shifted(before: bytes) -> Callable[[], bytes]:
    return lambda: before + pdf()


_PASSWORD = "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{0}>/U<{0}>>>/ID[<00><00>]".format("41" * 32)


def _pdf(title: str, make: Callable[[], bytes], name: str = "paper.pdf", announced: str = "", **facts: object) -> Case:
    defaults = {"points": PAGE_POINTS, "drawn": True, "pages": 1}
    out = Accepted(mime_type=PDF, **{**defaults, **facts})
    return Case(title=title, name=name, make=make, out=out, type="DOCUMENT", announced=announced)


def _undrawn(title: str, make: Callable[[], bytes]) -> Case:
    return Case(title=title, name="paper.pdf", make=make, out=Accepted(mime_type=PDF, drawn=False), type="DOCUMENT")


CASES = [
    *(
        _pdf(f"version {version}", lambda version=version: pdf(version=version))
        for version in ("1.0", "1.3", "1.4", "1.5", "1.7", "2.0")
    ),
    _pdf("compressed page", lambda: pdf(packed=True)),
    _pdf("three pages", lambda: pdf(3), pages=3),
    _pdf("300 pages", lambda: pdf(300), pages=300),
    _pdf("line feed first", _shifted(b"\n")),
    _pdf("byte order mark first", _shifted(b"\xef\xbb\xbf")),
    _pdf("spaces and line feeds first", _shifted(b"  \r\n\r\n")),
    _pdf("header of a printer first", _shifted(b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n")),
    _pdf("900 bytes first", _shifted(b"x" * 900)),
    _pdf("header of a mail first", _shifted(b"Content-Type: application/pdf\r\n\r\n")),
    _pdf("zeros behind the end", lambda: pdf() + b"\0" * 2000),
    _pdf("markup behind the end", lambda: pdf() + b"<!-- saved from a page -->\n"),
    _pdf("no table of places", lambda: re.sub(rb"xref.*trailer", b"trailer", pdf(), flags=re.DOTALL)),
    _pdf("a wrong table of places", lambda: pdf().replace(b"startxref\n", b"startxref\n9")),
    _pdf("no end mark", lambda: pdf().replace(b"%%EOF\n", b"")),
    _pdf("turned by 90 degrees", lambda: pdf(page="/Rotate 90"), points={(0.25, 0.25): BLUE, (0.75, 0.25): RED}),
    _pdf("turned by 180 degrees", lambda: pdf(page="/Rotate 180"), points={(0.25, 0.25): WHITE, (0.75, 0.75): RED}),
    _pdf("cropped to its upper left", lambda: pdf(page="/CropBox[0 100 100 200]"), points={(0.5, 0.5): RED}),
    _pdf("a script in it, which is not run", lambda: pdf(catalog="/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")),
    _pdf("a form", lambda: pdf(catalog="/AcroForm<</Fields[]>>")),
    _pdf(
        "a file within it",
        lambda: pdf(catalog="/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(a.exe)>>]>>>>"),
    ),
    _pdf(
        "changed later",
        lambda: pdf() + b"4 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 3 0 R>>\nendobj\n%%EOF\n",
    ),
    _pdf("dates and a title", lambda: pdf(trailer="/Info<</Title(Paper)/CreationDate(D:20260101000000Z)>>")),
    _pdf("a broken date", lambda: pdf(trailer="/Info<</Title<FEFF>/CreationDate(D:99999999)>>")),
    _pdf("a language and marks", lambda: pdf(catalog="/Lang(de)/MarkInfo<</Marked true>>/Metadata 9 0 R")),
    _pdf("announced as x-pdf", pdf, announced="application/x-pdf"),
    _pdf("announced as unknown", pdf, announced="binary/octet-stream"),
    _pdf("upper case", pdf, "PAPER.PDF"),
    _pdf("Illustrator's own file", pdf, "logo.pdf"),
    _undrawn("needs a password", lambda: pdf(trailer=_PASSWORD)),
    _undrawn("no pages", lambda: pdf(0)),
    _undrawn("only its first line", lambda: b"%PDF-1.7\n"),
    _undrawn("cut before its pages", lambda: pdf()[:60]),
    _undrawn("zeros behind its first line", lambda: b"%PDF-1.4\n" + b"\0" * 4000),
    _pdf("pages of a line", lambda: pdf(page="/UserUnit 1"), pages=1),
    Case(
        title="a page called PDF",
        name="paper.pdf",
        make=lambda: b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        out=Refused(code="content_mismatch", sentence="."),
        type="DOCUMENT",
    ),
    Case(
        title="two kilobytes before the header",
        name="paper.pdf",
        make=lambda: b"x" * 2048 + pdf(),
        out=Refused(code="content_mismatch", sentence="."),
        type="DOCUMENT",
    ),
    Case(
        title="PostScript called PDF",
        name="paper.pdf",
        make=lambda: b"%!PS-Adobe-3.0\n%%EOF\n",
        out=Refused(code="content_mismatch", sentence="."),
        type="DOCUMENT",
    ),
]
