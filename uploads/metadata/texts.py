"""Texts of metadata as people can read them: without control characters, in the right encoding, not too long."""

import re
import unicodedata

# Control characters, surrogates, marks that turn the direction of what follows, and what is no character.
_REMOVED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")
_EMPTY_LINES = re.compile(r"\n{3,}")

# What cameras and programs write where a person wrote nothing.
_PLACEHOLDERS = frozenset(
    {
        *("default", "image", "picture", "photo", "title", "untitled", "unknown", "none", "null", "n/a", "ascii"),
        *("artist", "author", "copyright", "comment", "exif_jpeg_picture", "digital camera", "user comments"),
        *("olympus digital camera", "sony dsc", "minolta digital camera", "konica minolta digital camera"),
        *("kodak digital still camera", "samsung digital camera", "vivo camera", "created with gimp", "jpeg image"),
        *("powerpoint presentation", "slide 1", "document", "document1", "unbenannt", "sans titre", "sin título"),
    }
)
_PROGRAM = re.compile(r"^(creator: gd-jpeg|file written by|lead technologies|created by imagemagick)\b", re.I)
_PRINTED_BY = re.compile(r"^microsoft (office )?(word|excel|powerpoint)( - )?", re.I)


def decode(data: bytes) -> str:
    """Return text of an unknown encoding: UTF-8 where it is valid, else Windows-1252, of which Latin-1 is a part."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def clean(value: object, length: int, *, lines: bool = False) -> str:
    """Return `value`, a text or bytes, as people can read it, and "" for anything else.

    At most `length` characters, in one line unless `lines`.
    """
    text = decode(value) if isinstance(value, bytes) else value
    if not isinstance(text, str):
        return ""
    text = _repair(text[: 8 * length])
    text = _REMOVED.sub("", _LINE_ENDS.sub("\n", text))
    text = unicodedata.normalize("NFC", text)
    if lines:
        rows = (" ".join(row.split()) for row in text.split("\n"))
        text = _EMPTY_LINES.sub("\n\n", "\n".join(rows)).strip()
    else:
        text = " ".join(text.split())
    return _shorten(text, length)


def written(value: object, length: int, *, lines: bool = False) -> str:
    """Return `value` as `clean` does, and "" for what a camera or a program wrote in the place of a person."""
    text = _PRINTED_BY.sub("", clean(value, length, lines=lines))
    plain = text.casefold()
    return "" if plain in _PLACEHOLDERS or _PROGRAM.match(plain) or not any(map(str.isalnum, plain)) else text


def _repair(text: str) -> str:
    """Undo that UTF-8 was read as Latin-1 or Windows-1252, or that bytes were kept as surrogates."""
    if text.isascii():
        return text
    if any("\udc80" <= character <= "\udcff" for character in text):
        return decode(text.encode("utf-8", "surrogateescape"))
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    if any("\x80" <= character <= "\x9f" for character in text) and max(text) <= "\xff":
        return text.encode("latin-1").decode("cp1252", errors="replace")
    return text


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
