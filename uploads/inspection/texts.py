"""Texts of any encoding. They are only ever downloaded, or shown as characters, so that markup in them is text."""

import codecs
import re

from django.utils.translation import gettext as _

from uploads.inspection.content import Content
from uploads.inspection.encodings import BINARY_CONTROLS, guess_encoding
from uploads.inspection.errors import OtherFormat

_ACTIVE = re.compile(
    rb"<(!doctype\s+html|\?php|(script|html|svg|iframe|object|embed|xsl:stylesheet)[\s>/])|content-type:\s*multipart/related",
    re.IGNORECASE,
)
_CHECKED = 4 * 1024 * 1024  # bytes, since texts of any length are checked inside a request
_SAMPLE = 16 * 1024  # bytes from which an encoding is guessed
_CUE = re.compile(r"\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->[ \t]*\d{1,3}:\d\d:\d\d[,.]\d{1,3}")
_VTT = re.compile(r"\ufeff?WEBVTT(?:[ \t\r\n]|$)")  # https://www.w3.org/TR/webvtt1/#file-structure
_JSON_BEGINS, _JSON_ENDS = re.compile(r'\ufeff?\s*(?:\{\s*["}]|[\["\-0-9tfn])'), re.compile(r'[}\]"0-9el]\s*$')


def looks_active(head: bytes) -> bool:
    """Tell whether the first bytes hold something that a browser or a server could run."""
    return _ACTIVE.search(head) is not None


def encoding_of(content: Content) -> str:
    """Return the encoding of a text, by its name on the web, from its first bytes.

    The first 4 MiB are checked: bytes of no text, and what follows UTF-8 that is none. Raises OtherFormat for bytes
    that are no text.
    """
    encoding = guess_encoding(content.read(0, _SAMPLE), is_whole=content.size <= _SAMPLE)
    if not encoding:
        raise OtherFormat(_("This is not a text."))
    if encoding != "utf-8":
        return encoding
    return _checked_utf8(content)


def _checked_utf8(content: Content) -> str:
    """Return utf-8, or the encoding of a text whose first bytes alone could be UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, sample = True, b""
    for chunk in content.chunks(_CHECKED):
        if BINARY_CONTROLS.search(chunk):
            raise OtherFormat(_("This is not a text."))
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            is_utf8, sample = False, chunk[max(error.start - _SAMPLE // 2, 0) : error.start + _SAMPLE // 2]
            decoder = codecs.getincrementaldecoder("latin-1")()  # type: ignore[assignment]
    if is_utf8 and content.size <= _CHECKED:
        is_utf8 = _ends_well(decoder)
    return "utf-8" if is_utf8 else guess_encoding(sample or content.read(0, _SAMPLE)) or "windows-1252"


def _ends_well(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def decoded_head(content: Content, size: int = 64 * 1024) -> str:
    """Return the first `size` bytes of a text as characters. Raises OtherFormat for bytes that are no text."""
    data = content.read(0, size)
    encoding = guess_encoding(data[:_SAMPLE], is_whole=content.size <= _SAMPLE)
    if not encoding:
        raise OtherFormat(_("This is not a text."))
    return data.decode(encoding, errors="replace")


def check_text(content: Content) -> None:
    """Refuse bytes that are no text in any encoding. Keeps nothing."""
    encoding_of(content)


def check_vtt(content: Content) -> None:
    """Refuse a text that does not begin as WebVTT does."""
    check_text(content)
    _require(_VTT.match(decoded_head(content, 64)))


def check_subrip(content: Content) -> None:
    """Refuse a text without the times of a subtitle in its first lines."""
    check_text(content)
    _require(_CUE.search(decoded_head(content, 4096)))


def check_json(content: Content) -> None:
    """Refuse a text that does not begin and end as JSON (RFC 8259) does; it is not parsed."""
    check_text(content)
    tail = content.read(content.size - 64, content.size).replace(b"\0", b"").decode("utf-8", errors="replace")
    _require(_JSON_BEGINS.match(decoded_head(content, 4096)) and _JSON_ENDS.search(tail))


def _require(condition: object) -> None:
    if not condition:
        raise OtherFormat(_("The text is not of this type."))
