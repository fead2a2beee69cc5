"""The table of kinds: the size limit, storage and visibility of each type of upload.

What a kind accepts is in the table of `formats`.

Size limits are settings: MAX_IMAGE_SIZE, MAX_AVATAR_SIZE, MAX_RESOURCE_SIZE, MAX_VIDEO_SIZE and MAX_AUDIO_SIZE.
`config/environment/env.py` has their defaults, such as 5 GiB for a video; docs/configuration.md documents them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings

from permissions.choices import Visibility
from uploads.choices import UploadType
from uploads.kinds.formats import Format, accepted_formats, canonical_type, extensions_of

UNKNOWN_TYPES = frozenset({"", "application/octet-stream"})  # sent by a client that does not know the type

# Never accepted, whatever the name says: a client that announces them means them.
ACTIVE_TYPES = frozenset(
    {
        *("text/html", "application/xhtml+xml", "text/xml", "application/xml", "multipart/related", "message/rfc822"),
        *("text/javascript", "application/javascript", "application/x-javascript", "application/x-httpd-php"),
        *("application/x-msdownload", "application/x-msdos-program", "application/x-sh", "application/java-archive"),
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """The rules for uploads of one type.

    `layout` is the pattern of keys (`uploads.names.object_key`). `visibility` is the default, or with
    `fixed_visibility` the only one.
    """

    type: UploadType
    limit_setting: str
    layout: str
    storage: str = "media"
    visibility: Visibility = Visibility.PRIVATE
    fixed_visibility: bool = False

    @property
    def max_size(self) -> int:
        """The size limit of a file, in bytes."""
        return int(getattr(settings, self.limit_setting))

    @property
    def formats(self) -> Mapping[str, Format]:
        """The formats that this installation accepts, by MIME type, in the order of the table."""
        return accepted_formats(self.type)

    @property
    def extensions(self) -> Mapping[str, tuple[str, ...]]:
        """The extensions of each accepted MIME type, the canonical one first."""
        return {mime_type: each.extensions for mime_type, each in self.formats.items()}

    @property
    def labels(self) -> list[str]:
        """The names of the accepted formats as people know them: JPG, PNG, …"""
        return list(dict.fromkeys(each.label for each in self.formats.values()))

    def accepts(self, content_type: str) -> bool:
        """Tell whether files of this canonical MIME type are accepted."""
        return content_type in self.formats

    def extension(self, content_type: str) -> str:
        """Return the canonical extension of a MIME type, without a dot. Raises KeyError for an unknown type."""
        names = extensions_of(content_type)
        if not names:
            raise KeyError(content_type)
        return names[0]

    def content_type(self, announced: str, filename: str) -> str:
        """Return the MIME type that a file is expected to have; only its bytes say which it has.

        A known type is expected as announced; any other, or none, is that of the last extension of the name. Systems
        announce some extensions as another type: `.csv` as `application/vnd.ms-excel`. The result is not accepted where
        neither is known.
        """
        content_type = canonical_type(announced)
        named = self.type_of_name(filename)
        if named and content_type in self.formats[named].announced_as:
            return named
        if content_type in ACTIVE_TYPES or content_type in accepted_formats():
            return content_type
        return named or content_type

    def type_of_name(self, filename: str) -> str | None:
        """Return the accepted MIME type of a file name's last extension, or None."""
        extension = filename.rpartition(".")[2].strip().lower() if "." in filename else ""
        return next((mime for mime, each in self.formats.items() if extension in each.extensions), None)


KINDS: Mapping[UploadType, Kind] = MappingProxyType(
    {
        kind.type: kind
        for kind in (
            Kind(UploadType.IMAGE, "MAX_IMAGE_SIZE", "{organization}/uploads/{id}/original.{extension}"),
            Kind(UploadType.EDITOR_IMAGE, "MAX_IMAGE_SIZE", "{organization}/uploads/{id}/original.{extension}"),
            Kind(UploadType.AVATAR, "MAX_AVATAR_SIZE", "{organization}/avatars/{id}/original.{extension}"),
            Kind(UploadType.DOCUMENT, "MAX_RESOURCE_SIZE", "{organization}/resources/{id}/{name}"),
            Kind(UploadType.VIDEO, "MAX_VIDEO_SIZE", "{organization}/media/{id}/original.{extension}"),
            Kind(UploadType.AUDIO, "MAX_AUDIO_SIZE", "{organization}/media/{id}/original.{extension}"),
            Kind(
                UploadType.LIBRARY,
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
