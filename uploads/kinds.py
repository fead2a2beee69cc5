"""The table of kinds: what each type of upload accepts, how large it may be, and where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings

from permissions.choices import Visibility
from uploads.choices import UploadType

# MIME type → extensions that a file name of it may have; the first one is canonical and ends up in keys.
_IMAGES = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/avif": ("avif",),
}
_DOCUMENTS = {
    "application/pdf": ("pdf",),
    "application/zip": ("zip",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "text/plain": ("txt", "text", "md", "log"),
    "text/csv": ("csv",),
}
_VIDEOS = {"video/mp4": ("mp4", "m4v"), "video/webm": ("webm",), "video/quicktime": ("mov", "qt")}
_SOUNDS = {"audio/mpeg": ("mp3",), "audio/mp4": ("m4a", "mp4", "m4b"), "audio/wav": ("wav", "wave")}

# Never uploaded: what streams that are made of videos consist of, besides playlists.
_STREAMED = ("video/mp2t", "video/iso.segment", "audio/aac", "text/vtt")

# What browsers and systems call the same things.
ALIASES = {
    "application/x-zip-compressed": "application/zip",
    "audio/mp3": "audio/mpeg",
    "audio/vnd.wave": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "video/x-m4v": "video/mp4",
}

UNKNOWN_TYPES = frozenset({"", "application/octet-stream"})  # sent by a client that does not know the type

# Shown inside a page; everything else is a download. A PDF is one too: under the sandbox that every file is served
# with, browsers refuse to start their PDF viewer, and its first page is there as a rendition.
INLINE_TYPES = frozenset({*_IMAGES, *_VIDEOS, *_SOUNDS, *_STREAMED})


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for every upload of one type.

    `extensions` maps each accepted MIME type to the extensions its file names may have, the canonical one first.
    `layout` is the key; see `uploads.names.object_key`. `visibility` is the default, or the only one if `fixed`.
    """

    type: UploadType
    extensions: Mapping[str, tuple[str, ...]]
    limit_setting: str
    layout: str
    storage: str = "media"
    visibility: Visibility = Visibility.PRIVATE
    fixed_visibility: bool = False

    @property
    def max_size(self) -> int:
        """The largest file, in bytes."""
        return int(getattr(settings, self.limit_setting))

    def accepts(self, content_type: str) -> bool:
        """Whether files of this MIME type (see `canonical_type`) are taken."""
        return content_type in self.extensions

    def extension(self, content_type: str) -> str:
        """The canonical extension, without a dot. Raises KeyError for a type that is not accepted."""
        return self.extensions[content_type][0]

    def type_of_name(self, filename: str) -> str | None:
        """The accepted MIME type that a file name's extension speaks for, or None."""
        extension = filename.rpartition(".")[2].lower()
        return next((mime for mime, known in self.extensions.items() if extension in known), None)


def _some(types: Mapping[str, tuple[str, ...]], *names: str) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: types[name] for name in names or types})


KINDS: Mapping[UploadType, Kind] = MappingProxyType(
    {
        kind.type: kind
        for kind in (
            Kind(
                UploadType.IMAGE, _some(_IMAGES), "MAX_IMAGE_SIZE", "{organization}/uploads/{id}/original.{extension}"
            ),
            Kind(
                UploadType.EDITOR_IMAGE,
                _some(_IMAGES),
                "MAX_IMAGE_SIZE",
                "{organization}/uploads/{id}/original.{extension}",
            ),
            Kind(
                UploadType.AVATAR,
                _some(_IMAGES, "image/jpeg", "image/png", "image/webp"),
                "MAX_AVATAR_SIZE",
                "{organization}/avatars/{id}/original.{extension}",
            ),
            Kind(UploadType.DOCUMENT, _some(_DOCUMENTS), "MAX_RESOURCE_SIZE", "{organization}/resources/{id}/{name}"),
            Kind(UploadType.VIDEO, _some(_VIDEOS), "MAX_VIDEO_SIZE", "{organization}/media/{id}/original.{extension}"),
            Kind(UploadType.AUDIO, _some(_SOUNDS), "MAX_AUDIO_SIZE", "{organization}/media/{id}/original.{extension}"),
            Kind(
                UploadType.LIBRARY,
                _some(_IMAGES, "image/jpeg", "image/png", "image/webp", "image/avif"),
                "MAX_IMAGE_SIZE",
                "{organization}/assets/{folder}/{id}/original.{extension}",
                storage="assets",
                visibility=Visibility.PUBLIC,
                fixed_visibility=True,
            ),
        )
    }
)


def kind_of(upload_type: UploadType | str) -> Kind:
    """The kind of an upload type. Raises ValueError for a type that does not exist."""
    return KINDS[UploadType(upload_type)]


def canonical_type(content_type: str) -> str:
    """A client's MIME type in lower case, without parameters, by the name this table uses."""
    bare = content_type.partition(";")[0].strip().lower()
    return ALIASES.get(bare, bare)


def content_type_of(upload_type: UploadType | str, *, filename: str, announced: str) -> str:
    """The canonical type of a file that a form sends: what the client announced, else what its extension stands for.

    Raises ValueError for an upload type that does not exist.
    """
    content_type = canonical_type(announced)
    if content_type in UNKNOWN_TYPES:
        return kind_of(upload_type).type_of_name(filename) or content_type
    return content_type
