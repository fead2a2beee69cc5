"""The bytes of one file, read once: counted, hashed, and stored."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from typing import IO

from uploads.importing.sniffing import Sniffed
from uploads.importing.sources import CHUNK, Opened, SourceProblem
from uploads.models import ImportedFile
from uploads.storage import store


@dataclass(frozen=True, slots=True)
class Copied:
    """What was read. `checksum_sha256` is base64."""

    size: int
    checksum_sha256: str


def copy_file(opened: Opened, sniffed: Sniffed, row: ImportedFile, *, in_place: bool) -> Copied:
    """Store the bytes under the row's key, or only read them where they are; they are the ones that were looked at.

    Raises SourceProblem where the file is not the one that was looked at, changes while it is read, or arrives
    otherwise than it was read. Nothing is left under the key then.
    """
    if opened.stamp != sniffed.stamp:
        raise SourceProblem("changed while it was read")
    if in_place:
        return _read(opened)
    reader = HashingReader(opened.stream())
    target = store(row.storage)
    stored = target.put(row.key, reader, content_type=sniffed.mime_type)  # type: ignore[arg-type]
    try:
        opened.check()
        if stored.size != reader.size or stored.checksum_sha256 not in (None, reader.checksum_sha256):
            raise SourceProblem("arrived with other bytes")
    except SourceProblem:
        target.remove([row.key])
        raise
    return Copied(reader.size, reader.checksum_sha256)


def _read(opened: Opened) -> Copied:
    reader = HashingReader(opened.stream())
    while reader.read(CHUNK):
        pass
    opened.check()
    return Copied(reader.size, reader.checksum_sha256)


class HashingReader:
    """A file that counts and hashes what is read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        self.size += len(data)
        return data

    @property
    def checksum_sha256(self) -> str:
        return b64encode(self._digest.digest()).decode()
