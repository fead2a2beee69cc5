"""What can be served: one stored object, and how it presents itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Self

from uploads.choices import UploadType
from uploads.kinds import INLINE_TYPES, kind_of
from uploads.models import Rendition, Upload, UploadVersion
from uploads.names import displayed_name
from uploads.serving.conditional import Validators
from uploads.storage.contract import Disposition

OPAQUE = "application/octet-stream"
# Played while it is fetched, so a redirect to a store must stay good for a sitting.
_PLAYED = {UploadType.VIDEO, UploadType.AUDIO}


@dataclass(frozen=True, slots=True)
class Servable:
    """One object of a store. Whoever makes it has decided that the caller may have the bytes.

    `name` is what a browser saves it as; `size` is in bytes; `is_public` lets shared caches keep it for a short time;
    `is_played` marks progressive audio and video; no address signed elsewhere is good after `until`.
    """

    storage: str
    key: str
    size: int
    mime_type: str
    name: str
    validators: Validators
    is_public: bool = False
    is_played: bool = False
    until: datetime | None = None

    @classmethod
    def of_upload(cls, upload: Upload, *, is_public: bool) -> Self:
        """The current bytes of `upload`."""
        return cls(
            storage=upload.storage,
            key=upload.key,
            size=upload.size,
            mime_type=upload.mime_type,
            name=_named(upload.original_filename, kind_of(upload.type).extensions.get(upload.mime_type, ())),
            validators=Validators(f'"{_mark_of(upload)}"', upload.updated_at),
            is_public=is_public,
            is_played=upload.type in _PLAYED,
        )

    @classmethod
    def of_rendition(cls, upload: Upload, rendition: Rendition, *, is_public: bool) -> Self:
        """A picture of `upload`. Made again it may differ in its bytes and not in its looks: the ETag is weak."""
        stem = PurePath(upload.original_filename).stem
        return cls(
            storage=rendition.storage,
            key=rendition.key,
            size=rendition.size,
            mime_type=rendition.mime_type,
            name=_named(f"{stem}-{rendition.kind}", (rendition.mime_type.rpartition("/")[2],)),
            validators=Validators(f'W/"{_mark_of(upload)}-{rendition.kind}"', upload.updated_at),
            is_public=is_public,
        )

    @classmethod
    def of_version(cls, upload: Upload, version: UploadVersion) -> Self:
        """Bytes that `upload` had before; never for shared caches."""
        return cls(
            storage=version.storage,
            key=version.key,
            size=version.size,
            mime_type=version.mime_type,
            name=_named(version.original_filename, kind_of(upload.type).extensions.get(version.mime_type, ())),
            validators=Validators(f'"{_mark_of(version)}"', version.created_at),
            is_played=upload.type in _PLAYED,
        )

    def presented(self, *, download: bool) -> Disposition:
        """How it reaches a browser: only the types of the allow-list by their name, and shown rather than saved.

        Everything else is an attachment of opaque bytes, so that no browser runs it on this origin.
        """
        shown = self.mime_type in INLINE_TYPES
        return Disposition(
            filename=self.name, content_type=self.mime_type if shown else OPAQUE, inline=shown and not download
        )


def _mark_of(stored: Upload | UploadVersion) -> str:
    """What is the same for the same bytes alone, so that an ETag of it is strong: their checksum, else of their key."""
    return stored.checksum_sha256 or sha256(stored.key.encode()).hexdigest()


def _named(name: str, extensions: Sequence[str]) -> str:
    """`name` made fit to show, ending as its bytes do: a picture called `holiday.exe` is saved as `holiday.exe.png`."""
    shown = displayed_name(name) or "file"
    if not extensions or PurePath(shown).suffix.lower().lstrip(".") in extensions:
        return shown
    return f"{shown}.{extensions[0]}"
