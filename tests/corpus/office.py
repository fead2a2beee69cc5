"""Office documents of both families, new and old, as people's programs write them."""

import struct
from collections.abc import Callable, Mapping
from functools import partial

from tests.corpus.archives import archive, encrypted
from tests.corpus.case import QUARTERS, Accepted, Case, Refused
from tests.corpus.drawing import encoded
from tests.corpus.jpegs import jpeg

OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = (
    f"{OPEN_XML}{name}" for name in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
ODT, ODS, ODP = (f"{OPEN_DOCUMENT}{name}" for name in ("text", "spreadsheet", "presentation"))
DOC, XLS, PPT, RTF = (
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/rtf",
)
_PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml", PPTX: "ppt/presentation.xml"}
_STREAMS = {DOC: "WordDocument", XLS: "Workbook", PPT: "PowerPoint Document"}
_RELATED = (
    b'<Relationships><Relationship Target="docProps/thumbnail.jpeg" '
    b'Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"/></Relationships>'
)


def open_xml(mime_type: str, more: Mapping[str, bytes] | None = None, *, types_last: bool = False) -> bytes:
    types = {"[Content_Types].xml": f'<Types><Override ContentType="{mime_type}.main+xml"/></Types>'.encode()}
    body = {_PARTS[mime_type]: b"<document/>", "_rels/.rels": b"<Relationships/>", **(more or {})}
    return archive({**body, **types} if types_last else {**types, **body})


def open_document(mime_type: str, more: Mapping[str, bytes] | None = None) -> bytes:
    """ODF: its first entry is its type, stored as it is."""
    first = archive({"mimetype": mime_type.encode()}, compression=0)
    assert first[30:38] == b"mimetype"
    return archive(
        {"mimetype": mime_type.encode(), "content.xml": b"<office/>", "META-INF/manifest.xml": b"<m/>", **(more or {})},
        compression=0,
    )


def compound(*names: str) -> bytes:
    """A compound file of Microsoft ([MS-CFB]) with streams of those names, each of 4,096 bytes."""
    sectors, entries, table = [], [_entry("Root Entry", 5, child=1 if names else -1)], []
    for number, name in enumerate(names):
        start = len(sectors)
        sectors += [name.encode().ljust(512, b".")] * 8
        table += [*range(start + 1, start + 8), -2]
        entries.append(_entry(name, 2, right=number + 2 if number + 1 < len(names) else -1, start=start, size=4096))
    while len(entries) % 4:
        entries.append(bytes(128))
    first = len(sectors)
    directory = b"".join(entries)
    count = len(directory) // 512
    sectors += [directory[at : at + 512] for at in range(0, len(directory), 512)]
    table += [*range(first + 1, first + count), -2, -3]
    sectors.append(b"".join(struct.pack("<i", each) for each in table).ljust(512, b"\xff"))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIiIIiIiI", 0, 1, first, 0, 4096, -2, 0, -2, 0) + struct.pack("<i", first + count)
    return head.ljust(512, b"\xff") + b"".join(sectors)


def _entry(name: str, kind: int, *, right: int = -1, child: int = -1, start: int = 0, size: int = 0) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBBiii", len(text), kind, 1, -1, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _case(
    title: str, name: str, make: Callable[[], bytes], mime_type: str, announced: str = "", **facts: object
) -> Case:
    out = Accepted(mime_type=mime_type, **facts)
    return Case(title=title, name=name, make=make, out=out, type="DOCUMENT", announced=announced)


def _refused(title: str, name: str, make: Callable[[], bytes], sentence: str) -> Case:
    return Case(
        title=title, name=name, make=make, out=Refused(code="content_mismatch", sentence=sentence), type="DOCUMENT"
    )


_NEW = {"docx": DOCX, "xlsx": XLSX, "pptx": PPTX}
_OPEN = {"odt": ODT, "ods": ODS, "odp": ODP}
_OLD = {"doc": DOC, "xls": XLS, "ppt": PPT}
_PICTURE = {"drawn": True, "points": QUARTERS}
_with_password = partial(compound, "EncryptionInfo", "EncryptedPackage")
_VBA = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
_OUTLINE = rb"{\rtf1\ansi\deff0 Hello \b world\b0\par}"

CASES = [
    *(_case(f"{ending}", f"paper.{ending}", lambda mime=mime: open_xml(mime), mime) for ending, mime in _NEW.items()),
    *(
        _case(f"{ending}, types last", f"paper.{ending}", lambda mime=mime: open_xml(mime, types_last=True), mime)
        for ending, mime in _NEW.items()
    ),
    *(
        _case(
            f"{ending}, announced as unknown",
            f"paper.{ending}",
            lambda mime=mime: open_xml(mime),
            mime,
            "application/octet-stream",
        )
        for ending, mime in _NEW.items()
    ),
    *(
        _case(
            f"{ending}, line feed behind the end", f"paper.{ending}", lambda mime=mime: open_xml(mime) + b"\r\n", mime
        )
        for ending, mime in _NEW.items()
    ),
    *(
        _case(f"{ending}", f"paper.{ending}", lambda mime=mime: open_document(mime), mime)
        for ending, mime in _OPEN.items()
    ),
    *(
        _case(
            f"{ending} with a picture of its first page",
            f"paper.{ending}",
            lambda mime=mime: open_document(mime, {"Thumbnails/thumbnail.png": encoded()}),
            mime,
            **_PICTURE,
        )
        for ending, mime in _OPEN.items()
    ),
    _case(
        "pptx with a picture of its first slide",
        "talk.pptx",
        lambda: open_xml(PPTX, {"_rels/.rels": _RELATED, "docProps/thumbnail.jpeg": jpeg()}),
        PPTX,
        **_PICTURE,
    ),
    _case(
        "docx with a picture of its first page",
        "paper.docx",
        lambda: open_xml(DOCX, {"_rels/.rels": _RELATED, "docProps/thumbnail.jpeg": jpeg()}),
        DOCX,
        **_PICTURE,
    ),
    _case(
        "pptx with a damaged picture",
        "talk.pptx",
        lambda: open_xml(PPTX, {"_rels/.rels": _RELATED, "docProps/thumbnail.jpeg": b"none"}),
        PPTX,
        drawn=False,
    ),
    *(
        _case(f"{ending}", f"old.{ending}", lambda mime=mime: compound(_STREAMS[mime], "\x05SummaryInformation"), mime)
        for ending, mime in _OLD.items()
    ),
    *(
        _case(
            f"{ending}, announced as unknown",
            f"old.{ending}",
            lambda mime=mime: compound("\x05SummaryInformation", _STREAMS[mime]),
            mime,
            "application/octet-stream",
        )
        for ending, mime in _OLD.items()
    ),
    _case("xls of 1995", "old.xls", lambda: compound("Book"), XLS),
    _case("doc in capitals", "OLD.DOC", lambda: compound("1Table", "WordDocument", "Data"), DOC),
    _case(
        "docx that holds a table",
        "paper.docx",
        lambda: open_xml(DOCX, {"word/embeddings/table.xlsx": open_xml(XLSX)}),
        DOCX,
    ),
    _case(
        "docx with a word in its comment",
        "paper.docx",
        lambda: open_xml(DOCX, {"docProps/app.xml": b"<Properties/>"}),
        DOCX,
    ),
    _case("RTF", "letter.rtf", lambda: _OUTLINE, RTF),
    _case("RTF announced as text", "letter.rtf", lambda: _OUTLINE, RTF, "text/rtf"),
    _case("RTF of Word called doc", "letter.doc", lambda: _OUTLINE, RTF),
    _case("RTF with a line feed behind", "letter.rtf", lambda: _OUTLINE + b"\r\n\0", RTF),
    _case("docx called doc", "paper.doc", lambda: open_xml(DOCX), DOCX),
    _case("xlsx called xls", "table.xls", lambda: open_xml(XLSX), XLSX),
    _case("xlsx announced as the old one", "table.xlsx", lambda: open_xml(XLSX), XLSX, "application/vnd.ms-excel"),
    _refused("docx with macros", "paper.docx", lambda: open_xml(DOCX, _VBA), "macros"),
    _case("docx with a password", "paper.docx", _with_password, DOCX, drawn=False),
    _case("pptx with a password", "talk.pptx", _with_password, PPTX, drawn=False),
    _refused(
        "docx that is an encrypted archive", "paper.docx", encrypted, "[Ee]ncrypted|password|not a document|announced"
    ),
    _refused("docx cut in its middle", "paper.docx", lambda: open_xml(DOCX)[:-200], "damaged|incomplete|directory"),
    _refused(
        "an installer called doc", "setup.doc", lambda: compound("\x05SummaryInformation", "_Tables", "Property"), "."
    ),
    _refused("a compound file of nothing", "old.xls", lambda: compound("Unknown"), "."),
    _refused("a page called xls", "table.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "."),
    _refused("a program called doc", "old.doc", lambda: b"MZ\x90\0\x03" + b"\0" * 200, "."),
]
