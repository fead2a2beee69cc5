"""A file that is being imported, with the result of each step."""

from dataclasses import dataclass
from datetime import datetime

from uploads.choices import UploadType
from uploads.imports.catalogs import NOTHING, Entry
from uploads.imports.sources import SourceFile, Stamp
from uploads.models import ImportedFile
from uploads.names import displayed_name


@dataclass(frozen=True, slots=True)
class Inspected:
    """The inspected type, a picture's size in pixels, and a text's encoding. `extension` is canonical.

    A file that no kind accepts is a DOCUMENT, with .bin where its type is not in the table of formats.
    """

    type: UploadType
    mime_type: str
    extension: str
    stamp: Stamp
    width: int | None = None
    height: int | None = None
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Copied:
    """The number of bytes that were read, their SHA-256 in base64, and when the file was last modified, if known."""

    size: int
    checksum_sha256: str
    modified_at: datetime | None = None


@dataclass(slots=True)
class Candidate:
    """A file that is being imported: listed, inspected, planned, copied. `entry` is what the catalogs say of it."""

    source: SourceFile
    digest: str
    entry: Entry = NOTHING
    inspected: Inspected | None = None
    row: ImportedFile | None = None
    copied: Copied | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        """The file's name for people."""
        return displayed_name(self.entry.name) or displayed_name(self.source.path) or "file"
