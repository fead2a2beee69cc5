"""One stored object to be served, with its name and type for browsers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Self

from uploads.choices import RenditionKind, UploadType
from uploads.kinds.formats import FORMATS, INLINE_TYPES, extensions_of
from uploads.models import Rendition, Upload, UploadVersion
from uploads.names import blocked_extension, displayed_name
from uploads.serving.conditional import Validators
from uploads.storage.contract import Disposition

OPAQUE = "application/octet-stream"
_KNOWN = frozenset(extension for each in FORMATS.values() for extension in each.extensions)
_EXTENSION = re.compile(r"(?=.*[a-z])[a-z0-9_+-]{1,10}")
# Played while they are fetched, so that a redirect to a store must stay valid for the playback.
_PLAYED = {UploadType.VIDEO, UploadType.AUDIO}


@dataclass(frozen=True, slots=True)
class Servable:
    """One object of a store. Access is checked before it is made.

    `name` is the file name for browsers; `size` is in bytes; `is_public` lets shared caches keep it for a short time;
    `is_played` marks progressive audio and video; `is_document` files are only downloaded, whatever their type; URLs
    signed for a store expire at `until` at the latest.
    """

    storage: str
    key: str
    size: int
    mime_type: str
    name: str
    validators: Validators
    is_public: bool = False
    is_played: bool = False
    is_document: bool = False
    until: datetime | None = None

    @classmethod
    def of_upload(cls, upload: Upload, *, is_public: bool) -> Self:
        """Return the current bytes of `upload`."""
        return cls(
            storage=upload.storage,
            key=upload.key,
            size=upload.size,
            mime_type=upload.mime_type,
            name=_name_of(upload.type, upload),
            validators=Validators(f'"{_fingerprint(upload)}"', upload.updated_at),
            is_public=is_public,
            is_played=upload.type in _PLAYED,
            is_document=upload.type == UploadType.DOCUMENT,
        )

    @classmethod
    def of_rendition(cls, upload: Upload, rendition: Rendition, *, is_public: bool) -> Self:
        """Return a rendition of `upload`. Its ETag is weak: drawn again, it may differ in bytes and not in looks."""
        stem = PurePath(upload.original_filename).stem
        if rendition.kind == RenditionKind.JPEG:
            name = _display_name(stem, ("jpg",))
        else:
            name = _display_name(f"{stem}-{rendition.kind}", (rendition.mime_type.rpartition("/")[2],))
        return cls(
            storage=rendition.storage,
            key=rendition.key,
            size=rendition.size,
            mime_type=rendition.mime_type,
            name=name,
            validators=Validators(f'W/"{_fingerprint(upload)}-{rendition.kind}"', upload.updated_at),
            is_public=is_public,
        )

    @classmethod
    def of_version(cls, upload: Upload, version: UploadVersion) -> Self:
        """Return an earlier version of `upload`; never for shared caches."""
        return cls(
            storage=version.storage,
            key=version.key,
            size=version.size,
            mime_type=version.mime_type,
            name=_name_of(upload.type, version),
            validators=Validators(f'"{_fingerprint(version)}"', version.created_at),
            is_played=upload.type in _PLAYED,
            is_document=upload.type == UploadType.DOCUMENT,
        )

    def disposition(self, *, download: bool) -> Disposition:
        """Return how a browser presents it: files of INLINE_TYPES inside a page, with their type.

        Every other file is an attachment of opaque bytes, so that no browser runs it on this origin. So is a document:
        a picture that failed its check is imported as one.
        """
        is_inline = self.mime_type in INLINE_TYPES and not self.is_document
        return Disposition(
            filename=self.name, content_type=self.mime_type if is_inline else OPAQUE, inline=is_inline and not download
        )


def _fingerprint(stored: Upload | UploadVersion) -> str:
    """Return a value that only equal bytes share, for strong ETags: their checksum, else a hash of their key."""
    return stored.checksum_sha256 or sha256(stored.key.encode()).hexdigest()


def _name_of(upload_type: str, stored: Upload | UploadVersion) -> str:
    is_shown = stored.mime_type in INLINE_TYPES and upload_type != UploadType.DOCUMENT
    return _display_name(stored.original_filename, extensions_of(stored.mime_type), is_shown=is_shown)


def _display_name(name: str, extensions: Sequence[str], *, is_shown: bool = True) -> str:
    """Return `name` cleaned, with an extension of its type: `holiday.exe` of a picture becomes `holiday.exe.png`.

    What is only downloaded keeps an extension that no other format has: many formats are archives or texts.
    """
    cleaned = displayed_name(name) or "file"
    suffix = PurePath(cleaned).suffix.lower().lstrip(".")
    if not extensions or suffix in extensions or (not is_shown and _is_harmless(cleaned, suffix)):
        return cleaned
    return f"{cleaned}.{extensions[0]}"


def _is_harmless(name: str, suffix: str) -> bool:
    """Tell whether `suffix` is the extension of a format that is not in the table, and that no system executes."""
    is_extension = _EXTENSION.fullmatch(suffix) is not None
    return is_extension and suffix not in _KNOWN and not blocked_extension(name)
