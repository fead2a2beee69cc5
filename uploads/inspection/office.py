"""Office documents: archives of XML (OOXML, OpenDocument), and compound files of Office 97 to 2003."""

from django.utils.translation import gettext as _

from uploads.errors import ContentMismatch
from uploads.inspection import compound
from uploads.inspection.archives import names_of, require_archive
from uploads.inspection.content import Content
from uploads.inspection.errors import OtherFormat

OOXML_FOLDERS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word/",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xl/",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "ppt/",
}
OPEN_DOCUMENTS = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
)
COMPOUND_STREAMS = {
    "application/msword": {"worddocument"},
    "application/vnd.ms-excel": {"workbook", "book"},
    "application/vnd.ms-powerpoint": {"powerpoint document", "pp97_dualstorage"},
}
_ENCRYPTED = "encryptedpackage"
_MACROS = {"vba", "_vba_project", "_vba_project_cur"}


def check_ooxml(content: Content, mime_type: str) -> None:
    """Refuse what is not the Office document it claims to be, or carries macros.

    A document with a password is a compound file around an encrypted one: only its name says which it is.
    """
    if content.head.startswith(compound.SIGNATURE):
        return _require(_ENCRYPTED in compound.stream_names(content))
    require_archive(content)
    names = names_of(content)
    _require("[content_types].xml" in names and any(name.startswith(OOXML_FOLDERS[mime_type]) for name in names))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise ContentMismatch(_("Documents with macros are not accepted."))
    return None


def check_open_document(content: Content, mime_type: str) -> None:
    """Refuse an archive whose first entry does not name the type (OpenDocument 1.3, part 2, 3.3)."""
    head = content.head
    name_end = 30 + int.from_bytes(head[26:28], "little")
    start = name_end + int.from_bytes(head[28:30], "little")
    require_archive(content)
    _require(
        head[30:name_end] == b"mimetype" and head[start : start + len(mime_type) + 1].startswith(mime_type.encode())
    )
    names_of(content)


def check_compound(content: Content, mime_type: str) -> None:
    """Refuse a compound file without the stream of its program, or with macros."""
    names = compound.stream_names(content)
    _require(names & COMPOUND_STREAMS[mime_type])
    if names & _MACROS:
        raise ContentMismatch(_("Documents with macros are not accepted."))


def _require(condition: object) -> None:
    if not condition:
        raise OtherFormat(_("The file is not a document of this type."))
