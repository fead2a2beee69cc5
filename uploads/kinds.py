"""The table of kinds: the accepted formats, size limit, storage and visibility of each type of upload.

Size limits are settings: MAX_IMAGE_SIZE, MAX_AVATAR_SIZE, MAX_RESOURCE_SIZE, MAX_VIDEO_SIZE and MAX_AUDIO_SIZE.
`config/environment/env.py` has their defaults, such as 5 GiB for a video; docs/configuration.md documents them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings

from permissions.choices import Visibility
from uploads.choices import UploadType

# MIME type → extensions of its file names; the first one is canonical and is used in keys.
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

# Never uploaded: the segments of streams made from videos.
_STREAMED = ("video/mp2t", "video/iso.segment", "audio/aac", "text/vtt")

# Other names of the same types, as browsers and systems send them.
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

# Displayed inside a page; every other type is a download. So is PDF: browsers do not start their PDF viewer in the
# sandbox of served files, and a rendition shows its first page.
INLINE_TYPES = frozenset({*_IMAGES, *_VIDEOS, *_SOUNDS, *_STREAMED})


@dataclass(frozen=True, slots=True)
class Kind:
    """The rules for uploads of one type.

    `extensions` maps each accepted MIME type to the extensions of its file names, the canonical one first. `layout` is
    the pattern of keys (`uploads.names.object_key`). `visibility` is the default, or with `fixed_visibility` the only
    one.
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
        """The size limit of a file, in bytes."""
        return int(getattr(settings, self.limit_setting))

    def accepts(self, content_type: str) -> bool:
        """Tell whether files of this canonical MIME type are accepted."""
        return content_type in self.extensions

    def extension(self, content_type: str) -> str:
        """Return the canonical extension of a MIME type, without a dot. Raises KeyError for a type not accepted."""
        return self.extensions[content_type][0]

    def content_type(self, announced: str, filename: str) -> str:
        """Return the canonical type of a file: the announced one, else that of the extension of its name."""
        content_type = canonical_type(announced)
        if content_type not in UNKNOWN_TYPES:
            return content_type
        return self.type_of_name(filename) or content_type

    def type_of_name(self, filename: str) -> str | None:
        """Return the accepted MIME type of a file name's extension, or None."""
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
    """Return the kind of an upload type. Raises ValueError for an unknown type."""
    return KINDS[UploadType(upload_type)]


def canonical_type(content_type: str) -> str:
    """Return a client's MIME type in lower case, without parameters, aliases resolved."""
    bare = content_type.partition(";")[0].strip().lower()
    return ALIASES.get(bare, bare)
