"""A file that is being imported, with the result of each step."""

from dataclasses import dataclass

from uploads.choices import UploadType
from uploads.imports.sources import SourceFile, Stamp
from uploads.models import ImportedFile


@dataclass(frozen=True, slots=True)
class Inspected:
    """The inspected type. `extension` is canonical; a file of no accepted type is a DOCUMENT with .bin."""

    type: UploadType
    mime_type: str
    extension: str
    stamp: Stamp
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """The number of bytes that were read, and their SHA-256 in base64."""

    size: int
    checksum_sha256: str


@dataclass(slots=True)
class Candidate:
    """A file that is being imported: listed, inspected, planned, copied."""

    source: SourceFile
    digest: str
    inspected: Inspected | None = None
    row: ImportedFile | None = None
    copied: Copied | None = None
    problem: str = ""
