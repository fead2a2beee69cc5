"""A file on its way into the library, and what each step found out about it."""

from dataclasses import dataclass

from uploads.choices import UploadType
from uploads.imports.sources import SourceFile, Stamp
from uploads.models import ImportedFile


@dataclass(frozen=True, slots=True)
class Inspected:
    """`extension` is the canonical one; what no kind accepts is a DOCUMENT called .bin, which is never shown inline."""

    type: UploadType
    mime_type: str
    extension: str
    stamp: Stamp
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """What was read. `checksum_sha256` is base64."""

    size: int
    checksum_sha256: str


@dataclass(slots=True)
class Candidate:
    """A file on its way: found, looked at, written down, copied."""

    source: SourceFile
    digest: str
    inspected: Inspected | None = None
    row: ImportedFile | None = None
    copied: Copied | None = None
    problem: str = ""
