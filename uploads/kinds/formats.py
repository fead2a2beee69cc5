"""The table of formats: every media type that can be accepted, in one place.

`kinds` asks it what each type of upload accepts. The settings FORMATS_REFUSED and FORMATS_ADDED narrow and widen it
for an installation: `accepted_formats`. docs/configuration.md documents them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from django.conf import settings

from uploads.choices import UploadType


@dataclass(frozen=True, slots=True)
class Format:
    """One media type, and what can be done with files of it.

    `extensions` are those of its file names, the canonical one first. `aliases` are other names of the same type;
    `announced_as` are names of other types under which systems announce files with these extensions. `is_inline`:
    browsers show it inside a page. `has_picture`: renditions can be made; `has_jpeg`: one of them is a JPEG in full
    size, since few programs open it. `has_streams`: it can be transcoded.
    """

    mime_type: str
    extensions: tuple[str, ...]
    kinds: frozenset[UploadType]
    aliases: tuple[str, ...] = ()
    announced_as: tuple[str, ...] = ()
    is_inline: bool = False
    has_picture: bool = False
    has_jpeg: bool = False
    has_streams: bool = False

    @property
    def label(self) -> str:
        """The name that people know: the canonical extension in capitals."""
        return self.extensions[0].upper()


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_U = UploadType


def _format(
    mime_type: str, extensions: str, aliases: str, announced_as: str, kinds: Iterable[UploadType], **facts: bool
) -> Format:
    """Return a format; names are separated by spaces."""
    return Format(
        mime_type,
        tuple(extensions.split()),
        frozenset(kinds),
        tuple(aliases.split()),
        tuple(announced_as.split()),
        **facts,
    )


def _picture(
    mime_type: str,
    extensions: str,
    *kinds: UploadType,
    aliases: str = "",
    announced_as: str = "",
    inline: bool = True,
    jpeg: bool = False,
) -> Format:
    facts = {"is_inline": inline, "has_picture": True, "has_jpeg": jpeg}
    return _format(mime_type, extensions, aliases, announced_as, (_U.IMAGE, *kinds), **facts)


def _document(
    mime_type: str, extensions: str, aliases: str = "", *, announced_as: str = "", picture: bool = False
) -> Format:
    return _format(mime_type, extensions, aliases, announced_as, [_U.DOCUMENT], has_picture=picture)


def _video(
    mime_type: str, extensions: str, aliases: str = "", *, announced_as: str = "", inline: bool = False
) -> Format:
    facts = {"is_inline": inline, "has_picture": True, "has_streams": True}
    return _format(mime_type, extensions, aliases, announced_as, [_U.VIDEO], **facts)


def _sound(mime_type: str, extensions: str, aliases: str = "", *, announced_as: str = "") -> Format:
    return _format(mime_type, extensions, aliases, announced_as, [_U.AUDIO], is_inline=True, has_picture=True)


# Browsers do not show HEIC, TIFF and BMP in every place: their renditions are shown. SVG can run script: only a
# rendition of it is shown. PDF is a download: browsers do not start their viewer in the sandbox of served files.
_TABLE = (
    _picture(
        "image/jpeg", "jpg jpeg jpe jfif", _U.EDITOR_IMAGE, _U.AVATAR, _U.LIBRARY, aliases="image/jpg image/pjpeg"
    ),
    _picture("image/png", "png", _U.EDITOR_IMAGE, _U.AVATAR, _U.LIBRARY, aliases="image/x-png image/apng"),
    _picture("image/gif", "gif", _U.EDITOR_IMAGE),
    _picture("image/webp", "webp", _U.EDITOR_IMAGE, _U.AVATAR, _U.LIBRARY),
    _picture("image/avif", "avif", _U.EDITOR_IMAGE, _U.LIBRARY),
    _picture("image/heic", "heic heics", aliases="image/heic-sequence", inline=False, jpeg=True),
    _picture("image/heif", "heif heifs hif", aliases="image/heif-sequence", inline=False, jpeg=True),
    _picture("image/tiff", "tif tiff", aliases="image/tif image/x-tiff", inline=False, jpeg=True),
    _picture("image/bmp", "bmp dib", aliases="image/x-bmp image/x-ms-bmp", inline=False),
    _picture(
        "image/svg+xml",
        "svg",
        aliases="image/svg",
        announced_as="application/xml text/xml text/plain",
        inline=False,
    ),
    _document("application/pdf", "pdf", "application/x-pdf", picture=True),
    _document(f"{_OFFICE}.wordprocessingml.document", "docx", picture=True),
    _document(f"{_OFFICE}.spreadsheetml.sheet", "xlsx", picture=True),
    _document(f"{_OFFICE}.presentationml.presentation", "pptx", picture=True),
    _document(f"{_OPEN_DOCUMENT}.text", "odt", picture=True),
    _document(f"{_OPEN_DOCUMENT}.spreadsheet", "ods", picture=True),
    _document(f"{_OPEN_DOCUMENT}.presentation", "odp", picture=True),
    _document("application/msword", "doc", "application/x-msword"),
    _document("application/vnd.ms-excel", "xls", "application/msexcel application/x-msexcel"),
    _document("application/vnd.ms-powerpoint", "ppt", "application/mspowerpoint application/x-mspowerpoint"),
    _document("application/rtf", "rtf", "text/rtf application/x-rtf text/richtext", announced_as="application/msword"),
    _document(
        "application/zip",
        "zip",
        "application/x-zip application/x-zip-compressed multipart/x-zip",
        announced_as="application/x-compressed",
    ),
    _document("application/json", "json", "text/json application/x-json", announced_as="text/plain"),
    _document("text/vtt", "vtt", announced_as="text/plain"),
    _document("application/x-subrip", "srt", "text/srt text/x-srt application/srt", announced_as="text/plain"),
    _document(
        "text/csv",
        "csv",
        "text/comma-separated-values text/x-csv application/csv application/x-csv",
        announced_as="application/vnd.ms-excel text/plain",
    ),
    _document("text/plain", "txt text md markdown log", "text/markdown text/x-markdown text/x-log"),
    _video(
        "video/mp4",
        "mp4 m4v 3gp 3g2",
        "video/x-m4v video/3gpp video/3gpp2 application/mp4",
        announced_as="audio/mp4",
        inline=True,
    ),
    _video("video/webm", "webm", announced_as="audio/webm", inline=True),
    _video("video/quicktime", "mov qt", inline=True),
    _video("video/x-matroska", "mkv", "video/matroska video/mkv application/x-matroska"),
    _video("video/x-msvideo", "avi", "video/avi video/msvideo video/vnd.avi application/x-troff-msvideo"),
    _video("video/mp2t", "ts m2ts mts", "video/vnd.dlna.mpeg-tts video/mpeg-ts"),
    _sound("audio/mpeg", "mp3", "audio/mp3 audio/x-mp3 audio/x-mpeg audio/mpeg3", announced_as="video/mpeg"),
    _sound("audio/mp4", "m4a mp4 m4b", "audio/x-m4a audio/m4a audio/x-m4b", announced_as="video/mp4"),
    _sound("audio/wav", "wav wave", "audio/vnd.wave audio/wave audio/x-wav audio/x-pn-wav"),
    _sound("audio/flac", "flac", "audio/x-flac"),
    _sound(
        "audio/ogg", "ogg oga opus", "application/ogg audio/opus audio/vorbis audio/x-ogg", announced_as="video/ogg"
    ),
    _sound("audio/aac", "aac", "audio/x-aac audio/aacp audio/x-hx-aac-adts"),
    _sound("audio/webm", "webm weba", announced_as="video/webm"),
)

FORMATS: Mapping[str, Format] = MappingProxyType({each.mime_type: each for each in _TABLE})

# Other names of the same types, as browsers and systems send them.
ALIASES: Mapping[str, str] = MappingProxyType({alias: each.mime_type for each in _TABLE for alias in each.aliases})

# Never uploaded: the segments of streams made from videos. Players fetch them with their types.
_STREAMED = ("video/mp2t", "video/iso.segment", "audio/aac", "text/vtt")

# Displayed inside a page; every other type is a download.
INLINE_TYPES = frozenset({*(each.mime_type for each in _TABLE if each.is_inline), *_STREAMED})

PICTURED_TYPES = frozenset(each.mime_type for each in _TABLE if each.has_picture)
JPEG_TYPES = frozenset(each.mime_type for each in _TABLE if each.has_jpeg)
STREAMABLE_TYPES = frozenset(each.mime_type for each in _TABLE if each.has_streams)


def canonical_type(content_type: str) -> str:
    """Return a client's MIME type in lower case, without parameters, aliases resolved."""
    bare = content_type.partition(";")[0].strip().lower()
    return ALIASES.get(bare, bare)


def extensions_of(mime_type: str) -> tuple[str, ...]:
    """Return the extensions of a media type, the canonical one first; none for an unknown type.

    Files that were accepted before an installation refused their format keep theirs.
    """
    known = FORMATS.get(mime_type) or accepted_formats().get(mime_type)
    return known.extensions if known else ()


def accepted_formats(upload_type: UploadType | None = None) -> Mapping[str, Format]:
    """Return the formats that this installation accepts, by media type: of one type of upload, or of all."""
    return _accepted(tuple(settings.FORMATS_REFUSED), tuple(settings.FORMATS_ADDED), upload_type)


@lru_cache(maxsize=64)
def _accepted(refused: tuple[str, ...], added: tuple[str, ...], upload_type: UploadType | None) -> Mapping[str, Format]:
    gone = {name.strip().lower().lstrip(".") for name in refused}
    kept = [each for each in _TABLE if each.mime_type not in gone and not gone & set(each.extensions)]
    wanted = [each for each in (*kept, *added_formats(added)) if upload_type is None or upload_type in each.kinds]
    return MappingProxyType({each.mime_type: each for each in wanted})


def added_formats(entries: Iterable[str]) -> list[Format]:
    """Return the documents that an installation accepts besides the table; each entry is `extension=media/type`.

    They are only ever downloaded. Raises ValueError for an entry of another shape.
    """
    pairs = [entry.strip().lower().split("=") for entry in entries]
    return [_document(mime_type.strip(), extension.strip().lstrip(".")) for extension, mime_type in pairs]
