"""The signatures of accepted types: one short check of the first bytes for each, in one table."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _

from uploads.errors import ContentMismatch
from uploads.inspection import archives, pictures, texts
from uploads.inspection.content import Content

Check = Callable[[Content], None]

_STILL_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"heif", b"mif1", b"msf1", b"crx "}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_MOVIE_BRANDS = {
    b"mp41",
    b"mp42",
    b"mp71",
    b"avc1",
    b"hvc1",
    b"dash",
    b"mmp4",
    b"MSNV",
    b"f4v ",
    b"M4V ",
    b"M4VH",
    b"M4VP",
}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def _require(condition: object) -> None:
    if not condition:
        raise ContentMismatch(_("The first bytes are not those of the announced type."))


def _starts(*beginnings: bytes) -> Check:
    return lambda content: _require(content.head.startswith(beginnings))


def _riff(form: bytes) -> Check:
    return lambda content: _require(content.head[:4] == b"RIFF" and content.head[8:12] == form)


def _brands(content: Content) -> list[bytes]:
    """Return the major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3), major first."""
    head = content.head
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= size <= min(content.size, 1024):
        return []
    return [head[8:12]] + [head[at : at + 4] for at in range(16, size - 3, 4)]


def _is_movie_brand(brand: bytes) -> bool:
    return brand in _MOVIE_BRANDS or brand.startswith((b"iso", b"3gp", b"3g2"))


def _mp4(content: Content) -> None:
    brands = _brands(content)
    _require(bool(brands) and brands[0] not in _STILL_BRANDS | _SOUND_BRANDS and any(map(_is_movie_brand, brands)))


def _m4a(content: Content) -> None:
    brands = _brands(content)
    _require(bool(brands) and brands[0] not in _STILL_BRANDS)
    _require(any(brand in _SOUND_BRANDS or _is_movie_brand(brand) for brand in brands))


def _quicktime(content: Content) -> None:
    _require(b"qt  " in _brands(content) or content.head[4:8] in _QUICKTIME_ATOMS)


def _webm(content: Content) -> None:
    """Return an EBML header (RFC 8794) whose DocType element (4282) is webm."""
    head = content.read(0, 256)
    at = head.find(b"\x42\x82")
    _require(
        head.startswith(b"\x1a\x45\xdf\xa3") and at > 0 and head[at + 2] & 0x80 and head[at + 3 : at + 7] == b"webm"
    )


def _mpeg_audio(content: Content) -> None:
    """Return an ID3v2 tag, or the header of a layer II or III frame (ISO/IEC 11172-3, 2.4.1.3)."""
    head = content.head
    if head.startswith(b"ID3"):
        return _require(len(head) >= 10 and head[3] < 0xFF and all(byte < 0x80 for byte in head[6:10]))
    _require(len(head) >= 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return _require(version != 1 and layer in (1, 2) and bitrate != 15 and rate != 3)


def _avif(content: Content) -> None:
    _require(any(brand in (b"avif", b"avis") for brand in _brands(content)))


SIGNATURES: dict[str, Check] = {
    "application/pdf": _starts(b"%PDF-"),
    "application/zip": archives.check_archive,
    **{name: partial(archives.check_office, mime_type=name) for name in archives.OFFICE_FOLDERS},
    "audio/mp4": _m4a,
    "audio/mpeg": _mpeg_audio,
    "audio/wav": _riff(b"WAVE"),
    "image/avif": _avif,
    "image/gif": _starts(b"GIF87a", b"GIF89a"),
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/webp": _riff(b"WEBP"),
    "text/csv": texts.check_text,
    "text/plain": texts.check_text,
    "video/mp4": _mp4,
    "video/quicktime": _quicktime,
    "video/webm": _webm,
}

DIMENSIONS: dict[str, Callable[[Content], pictures.Dimensions | None]] = {
    "image/avif": pictures.avif_dimensions,
    "image/gif": pictures.gif_dimensions,
    "image/jpeg": pictures.jpeg_dimensions,
    "image/png": pictures.png_dimensions,
    "image/webp": pictures.webp_dimensions,
}
