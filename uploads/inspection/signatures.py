"""The signatures of accepted types: one short check of the first bytes for each, in one table."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _

from uploads.inspection import archives, containers, office, pictures, sounds, svg, texts
from uploads.inspection.containers import brands, ebml_doctype, riff_form
from uploads.inspection.content import Content
from uploads.inspection.errors import OtherFormat, OtherTracks

Check = Callable[[Content], None]

# Not translated: `identify` tries another format, and a file that is of none gets a sentence of its own. An import of
# many files would look up thirty translations for each.
_OTHER = "The first bytes are not those of the announced type."

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_HEIF_BRANDS = {b"mif1", b"mif2", b"msf1", b"heif"}
_STILL_BRANDS = _AVIF_BRANDS | _HEIC_BRANDS | _HEIF_BRANDS | {b"crx "}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_MOVIE_BRANDS = {
    *(b"mp41", b"mp42", b"mp71", b"avc1", b"hvc1", b"dash", b"mmp4", b"MSNV"),
    *(b"f4v ", b"M4V ", b"M4VH", b"M4VP"),
}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_PDF_SEARCH = 1024  # where readers look for the header (PDF Reference 1.7, appendix H.3, note 13)
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}  # bytes of the versions of its second header


def _require(condition: object) -> None:
    if not condition:
        raise OtherFormat(_OTHER)


def _starts(*beginnings: bytes) -> Check:
    return lambda content: _require(content.head.startswith(beginnings))


def _riff(form: bytes) -> Check:
    return lambda content: _require(riff_form(content) == form)


def _holds(test: Callable[[Content], bool]) -> Check:
    return lambda content: _require(test(content))


def _require_film(film: bool, sound: bool) -> None:
    if sound and not film:
        raise OtherTracks(_("This file has no picture, only sound: upload it as audio."))


def _require_no_film(film: bool, _sound: bool) -> None:
    if film:
        raise OtherTracks(_("This file is a video: upload it as one."))


def _is_movie_brand(brand: bytes) -> bool:
    return brand in _MOVIE_BRANDS or brand.startswith((b"iso", b"3gp", b"3g2"))


def _mp4(content: Content) -> None:
    names = brands(content)
    _require(bool(names) and names[0] not in _STILL_BRANDS | _SOUND_BRANDS and any(map(_is_movie_brand, names)))
    _require_film(*containers.tracks_of_mp4(content))


def _m4a(content: Content) -> None:
    names = brands(content)
    _require(bool(names) and names[0] not in _STILL_BRANDS)
    _require(any(name in _SOUND_BRANDS or _is_movie_brand(name) for name in names))
    if names[0] not in _SOUND_BRANDS:  # a film there is the cover or a chapter's picture
        _require_no_film(*containers.tracks_of_mp4(content))


def _quicktime(content: Content) -> None:
    _require(b"qt  " in brands(content) or content.head[4:8] in _QUICKTIME_ATOMS)


def _webm_film(content: Content) -> None:
    _require(ebml_doctype(content) == b"webm")
    _require_film(*containers.tracks_of_matroska(content))


def _webm_sound(content: Content) -> None:
    _require(ebml_doctype(content) == b"webm")
    _require_no_film(*containers.tracks_of_matroska(content))


def _avif(content: Content) -> None:
    _require(_AVIF_BRANDS & set(brands(content)))


def _heic(content: Content) -> None:
    _require(_HEIC_BRANDS & set(brands(content)))


def _heif(content: Content) -> None:
    names = set(brands(content))
    _require(_HEIF_BRANDS & names and not (_AVIF_BRANDS | _HEIC_BRANDS) & names)


def _bmp(content: Content) -> None:
    head = content.head
    _require(head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS)


def _pdf(content: Content) -> None:
    _require(b"%PDF-" in content.head[:_PDF_SEARCH])


SIGNATURES: dict[str, Check] = {
    **{name: partial(office.check_ooxml, mime_type=name) for name in office.OOXML_FOLDERS},
    **{name: partial(office.check_open_document, mime_type=name) for name in office.OPEN_DOCUMENTS},
    **{name: partial(office.check_compound, mime_type=name) for name in office.COMPOUND_STREAMS},
    "application/json": texts.check_json,
    "application/pdf": _pdf,
    "application/rtf": _starts(b"{\\rtf"),
    "application/x-subrip": texts.check_subrip,
    "application/zip": archives.check_archive,
    "audio/aac": _holds(sounds.is_adts),
    "audio/flac": _holds(sounds.is_flac),
    "audio/mp4": _m4a,
    "audio/mpeg": _holds(sounds.is_mpeg_sound),
    "audio/ogg": _holds(containers.is_ogg_sound),
    "audio/wav": _riff(b"WAVE"),
    "audio/webm": _webm_sound,
    "image/avif": _avif,
    "image/bmp": _bmp,
    "image/gif": _starts(b"GIF87a", b"GIF89a"),
    "image/heic": _heic,
    "image/heif": _heif,
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/svg+xml": svg.check_svg,
    "image/tiff": _starts(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "image/webp": _riff(b"WEBP"),
    "text/csv": texts.check_text,
    "text/plain": texts.check_text,
    "text/vtt": texts.check_vtt,
    "video/mp2t": _holds(containers.is_transport_stream),
    "video/mp4": _mp4,
    "video/quicktime": _quicktime,
    "video/webm": _webm_film,
    "video/x-matroska": lambda content: _require(ebml_doctype(content) == b"matroska"),
    "video/x-msvideo": _riff(b"AVI "),
}

DIMENSIONS: dict[str, Callable[[Content], pictures.Dimensions | None]] = {
    "image/avif": pictures.avif_dimensions,
    "image/bmp": pictures.bmp_dimensions,
    "image/gif": pictures.gif_dimensions,
    "image/heic": pictures.avif_dimensions,
    "image/heif": pictures.avif_dimensions,
    "image/jpeg": pictures.jpeg_dimensions,
    "image/png": pictures.png_dimensions,
    "image/tiff": pictures.tiff_dimensions,
    "image/webp": pictures.webp_dimensions,
}
