"""Object keys, which only the server makes, and file names, which are display text. Pure functions."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Invalid
from uploads.choices import RenditionKind
from uploads.kinds import Kind
from uploads.kinds.formats import JPEG_TYPES

if TYPE_CHECKING:
    from uploads.models import Upload

MAX_NAME_BYTES = 255  # of UTF-8: what file systems and the column hold alike
_MAX_STEM = 100
_KEPT_FORMATS = {"\u200c", "\u200d"}  # joiners and non-joiners: Persian words and composed emoji need them
_SEPARATORS = re.compile(r"[/\\\uff0f\uff3c\u2215\u2044\u29f5\ufe68]")
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# The layouts of uploads.kinds: the organization, and the name in the folder of one object.
_LAYOUT = re.compile(rf"({_ID})/(?:[a-z]+|[a-z]+/{_SEGMENT.pattern})/{_ID}/([^/]+)")
_RENDITIONS = {kind.value: f"thumb-{kind.value}" for kind in RenditionKind}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)

# Extensions that systems or web servers execute. Only the last one counts: no key, served type or disposition comes
# from a name.
_BLOCKED = frozenset(
    re.findall(
        r"\w+",
        "asa asax ascx ashx asmx asp aspx bat cer cfm cgi cmd dll exe fcgi hta htaccess htm html htpasswd jar jsp jspx "
        "mht mhtml msi phar php php3 php4 php5 php7 php8 phps pht phtml scr shtm shtml svgz swf vbe vbs wsf wsh "
        "xht xhtml xsl xslt apk app application com config cpl desktop ini js jse lnk mjs pif pl ps1 py rb reg sh url "
        "xml",
    )
)


def object_key(
    kind: Kind, *, organization: UUID, object_id: UUID, content_type: str, filename: str = "", folder: str = ""
) -> str:
    """Return the key of a new object. `object_id` is new for every set of bytes, so that no key is used twice.

    `filename` is part of keys of documents only, reduced to ASCII; `folder` is the type of a library resource. Raises
    Invalid for a folder that is not a lower-case word, KeyError for a type that the kind does not accept.
    """
    extension = kind.extension(content_type)
    if ("{folder}" in kind.layout) != bool(folder) or (folder and not _SEGMENT.fullmatch(folder)):
        raise Invalid(_("This folder does not exist."), code="invalid_folder")
    return kind.layout.format(
        organization=UUID(str(organization)),
        id=UUID(str(object_id)),
        extension=extension,
        name=generated_filename(filename, extension),
        folder=folder,
    )


def rendition_kinds(mime_type: str) -> list[RenditionKind]:
    """Return the kinds of renditions that are made of files of this type."""
    return [kind for kind in RenditionKind if kind != RenditionKind.JPEG or mime_type in JPEG_TYPES]


def rendition_key(upload: "Upload", size: str) -> str:
    """Return the key of the rendition `size` ("sm", "md", "lg", "jpeg") of the present bytes, in the same folder.

    A file that was imported in place shares its folder with other files, so its renditions get a folder of the upload.
    """
    match = _LAYOUT.fullmatch(upload.key)
    if match and match[1] == str(upload.organization_id):
        folder = upload.key.rpartition("/")[0]
    else:
        folder = f"{upload.organization_id}/uploads/{upload.pk}"
    return f"{folder}/{_RENDITIONS[size]}"


def is_rendition_key(key: str) -> bool:
    """Tell whether a rendition may be at `key`."""
    match = _LAYOUT.fullmatch(key)
    return match is not None and match[2] in _RENDITIONS.values()


def is_session_key(key: str) -> bool:
    """Tell whether `key` may be the key of an upload session: it has a layout of `object_key`."""
    return _LAYOUT.fullmatch(key) is not None


def generated_filename(original: str, extension: str) -> str:
    """Return a name for URLs and keys: ASCII letters, digits, "-", "_" and one dot; never empty or a device name."""
    stem = original.rpartition(".")[0] or original
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", plain)[:_MAX_STEM].strip("-_")
    if not plain or _RESERVED.fullmatch(plain):
        plain = f"file-{plain}".rstrip("-")
    return f"{plain}.{extension}"


def clean_filename(name: str) -> str:
    """Return a client's file name cleaned for display: NFC, one line, no path, no direction marks, 255 bytes at most.

    Raises Invalid `invalid_filename` for an empty name, a name with a NUL, and for a last extension that systems or
    browsers execute.
    """
    text = displayed_name(name)
    if not text:
        raise Invalid(_("A file needs a name."), attr="filename", code="invalid_filename")
    extension = blocked_extension(text)
    if extension:
        detail = _("Files that end with .%(extension)s are not accepted.") % {"extension": extension}
        raise Invalid(detail, attr="filename", code="invalid_filename")
    if "\0" in name or "%00" in name:
        raise Invalid(_("The name of this file is damaged."), attr="filename", code="invalid_filename")
    return text


def renamed(name: str, *, current: str) -> str:
    """Return a new name of the file `current`, cleaned for display; the extension stays, whatever the new name has.

    Raises Invalid `invalid_filename` where nothing is left of it.
    """
    text, extension = displayed_name(name), _extension_of(current)
    if not text or text.casefold() == extension.casefold():
        raise Invalid(_("A file needs a name."), attr="original_filename", code="invalid_filename")
    if not text.casefold().endswith(extension.casefold()):
        text = _shortened(text + extension)
    if not extension and blocked_extension(text):
        detail = _("Files that end with .%(extension)s are not accepted.") % {"extension": blocked_extension(text)}
        raise Invalid(detail, attr="original_filename", code="invalid_filename")
    return text


def with_extension(name: str, extensions: Sequence[str]) -> str:
    """Return `name` with one of the extensions of new bytes: `pier.jpg` becomes `pier.png` with bytes of a PNG."""
    extension = _extension_of(name)
    if not extensions or extension.lower().lstrip(".") in extensions:
        return name
    return _shortened(f"{name.removesuffix(extension)}.{extensions[0]}")


def _extension_of(name: str) -> str:
    """Return the last extension with its dot; empty without one."""
    stem, dot, extension = name.rpartition(".")
    return dot + extension if stem else ""


def displayed_name(name: str) -> str:
    """Return any file name cleaned for display, as in `clean_filename`; empty where nothing is left."""
    text = "".join(character for character in name if _is_visible(character))
    text = _SEPARATORS.split(unicodedata.normalize("NFC", text))[-1]
    text = _shortened(text.strip().rstrip(". ")).strip()
    return text if text.strip(". \u200c\u200d") else ""


def _is_visible(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character in _KEPT_FORMATS


def _shortened(text: str) -> str:
    """Return `text` cut to MAX_NAME_BYTES between characters; an extension of up to 20 bytes is kept."""
    if len(text.encode()) <= MAX_NAME_BYTES:
        return text
    stem, dot, extension = text.rpartition(".")
    tail = (dot + extension).encode()
    if not stem or len(tail) > 20:
        stem, tail = text, b""
    room = MAX_NAME_BYTES - len(tail)
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + tail.decode()


def blocked_extension(text: str) -> str:
    """Return the last extension if systems execute it, also behind a full-width dot or before ";"; or empty."""
    _stem, dot, extension = unicodedata.normalize("NFKC", text).lower().rpartition(".")
    bare = re.split(r"[%;:]", extension.strip())[0].strip()
    return bare if dot and bare in _BLOCKED else ""
