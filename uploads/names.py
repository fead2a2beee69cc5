"""Names: object keys, which only the server makes, and file names, which are display text. Pure functions."""

import re
import unicodedata
from typing import TYPE_CHECKING
from uuid import UUID

from common.errors import Invalid
from uploads.choices import RenditionKind
from uploads.kinds import Kind

if TYPE_CHECKING:
    from uploads.models import Upload

MAX_NAME_BYTES = 255  # of UTF-8: what file systems and the column hold alike
_MAX_STEM = 100
_KEPT_FORMATS = {"\u200c", "\u200d"}  # (non-)joiners: Persian words and composed emoji need them
_SEPARATORS = re.compile(r"[/\\\uff0f\uff3c\u2215\u2044\u29f5\ufe68]")
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# As the layouts of uploads.kinds: the organization, and the name in a folder that one object has to itself.
_LAID_OUT = re.compile(rf"({_ID})/(?:[a-z]+|[a-z]+/{_SEGMENT.pattern})/{_ID}/([^/]+)")
_RENDITIONS = {kind.value: f"thumb-{kind.value}" for kind in RenditionKind}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)

# Refused wherever they stand in a name: web servers run, and systems open, a file by any of its extensions.
_BLOCKED_ANYWHERE = frozenset(
    re.findall(
        r"\w+",
        "asa asax ascx ashx asmx asp aspx bat cer cfm cgi cmd dll exe fcgi hta htaccess htm html htpasswd jar jsp jspx "
        "mht mhtml msi phar php php3 php4 php5 php7 php8 phps pht phtml scr shtm shtml svg svgz swf vbe vbs wsf wsh "
        "xht xhtml xsl xslt",
    )
)
# Refused as the last one only: "screenshot of example.com.png" is a fine name.
_BLOCKED_LAST = _BLOCKED_ANYWHERE | frozenset(
    re.findall(r"\w+", "apk app application com config cpl desktop ini js jse lnk mjs pif pl ps1 py rb reg sh url xml")
)


def object_key(
    kind: Kind, *, organization: UUID, object_id: UUID, content_type: str, filename: str = "", folder: str = ""
) -> str:
    """The key of a new object. `object_id` is fresh for every set of bytes, so no key is ever used twice.

    `filename` matters for documents only, and only its harmless letters; `folder` is the type of a library resource.
    Raises Invalid for a folder that is not a plain lower-case word, KeyError for a type the kind does not accept.
    """
    extension = kind.extension(content_type)
    if ("{folder}" in kind.layout) != bool(folder) or (folder and not _SEGMENT.fullmatch(folder)):
        raise Invalid("That folder does not exist.", code="invalid_folder")
    return kind.layout.format(
        organization=UUID(str(organization)),
        id=UUID(str(object_id)),
        extension=extension,
        name=generated_filename(filename, extension),
        folder=folder,
    )


def rendition_key(upload: "Upload", size: str) -> str:
    """The key of the rendition `size` ("sm", "md", "lg") of the current bytes: beside them, in the folder of their own.

    What was imported in place shares its folder with others, whose names are not ours to take: its renditions get a
    folder of the upload's own.
    """
    laid_out = _LAID_OUT.fullmatch(upload.key)
    if laid_out and laid_out[1] == str(upload.organization_id):
        folder = upload.key.rpartition("/")[0]
    else:
        folder = f"{upload.organization_id}/uploads/{upload.pk}"
    return f"{folder}/{_RENDITIONS[size]}"


def is_rendition_key(key: str) -> bool:
    """Whether a rendition may be at `key`."""
    laid_out = _LAID_OUT.fullmatch(key)
    return laid_out is not None and laid_out[2] in _RENDITIONS.values()


def is_session_key(key: str) -> bool:
    """Whether a session may have been given `key`: it is laid out as `object_key` does."""
    return _LAID_OUT.fullmatch(key) is not None


def generated_filename(original: str, extension: str) -> str:
    """A name for URLs and keys: ASCII letters, digits, "-", "_" and one dot; never empty, never a device name."""
    stem = original.rpartition(".")[0] or original
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", plain)[:_MAX_STEM].strip("-_")
    if not plain or _RESERVED.fullmatch(plain):
        plain = f"file-{plain}".rstrip("-")
    return f"{plain}.{extension}"


def clean_filename(name: str) -> str:
    """A client's file name made fit to show: NFC, one line, no path, no hidden direction changes, 255 bytes at most.

    Raises Invalid `invalid_filename` where nothing is left, or an extension is one that systems or browsers execute.
    """
    text = displayed_name(name)
    if not text:
        raise Invalid("A file needs a name.", attr="filename", code="invalid_filename")
    if _has_blocked_extension(text):
        raise Invalid("Files with such an extension are not accepted.", attr="filename", code="invalid_filename")
    return text


def displayed_name(name: str) -> str:
    """What is fit to show of any file name, as `clean_filename` makes it; empty where nothing is left."""
    text = "".join(character for character in name if _is_shown(character))
    text = _SEPARATORS.split(unicodedata.normalize("NFC", text))[-1]
    text = _shortened(text.strip().rstrip(". ")).strip()
    return text if text.strip(". \u200c\u200d") else ""


def _is_shown(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character in _KEPT_FORMATS


def _shortened(text: str) -> str:
    """`text` cut to MAX_NAME_BYTES between characters, its extension kept where it has a sensible one."""
    if len(text.encode()) <= MAX_NAME_BYTES:
        return text
    stem, dot, extension = text.rpartition(".")
    tail = (dot + extension).encode()
    if not stem or len(tail) > 20:
        stem, tail = text, b""
    room = MAX_NAME_BYTES - len(tail)
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + tail.decode()


def _has_blocked_extension(text: str) -> bool:
    """Whether any extension is blocked, also behind full-width dots, trailing spaces, "%00", ";" or ":" tricks."""
    _, *extensions = unicodedata.normalize("NFKC", text).lower().split(".")
    bare = [re.split(r"[%;:]", extension.strip())[0].strip() for extension in extensions]
    return any(extension in _BLOCKED_ANYWHERE for extension in bare) or bool(bare and bare[-1] in _BLOCKED_LAST)
