"""Copying the bytes of files, which are read once: counted, hashed, and stored."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack

from uploads.imports.candidates import Candidate, Copied
from uploads.imports.options import ImportOptions
from uploads.imports.sources import CHUNK, Opened, SourceError, error_text
from uploads.storage import store
from uploads.storage.contract import Readable, Store


def copy_files(options: ImportOptions, files: Iterator[Candidate]) -> None:
    """Copy files, which are durable on return; the error of a file is its `problem`."""
    targets: dict[str, Store] = {}
    with ExitStack() as batches:
        for file in files:
            assert file.row
            alias = file.row.storage
            if alias not in targets:
                targets[alias] = batches.enter_context(store(alias).batch())
            try:
                with options.source.open(file.source) as opened:
                    file.copied = _copied(opened, file, targets[alias], in_place=options.in_place)
            except (SourceError, OSError) as error:
                file.problem = str(error)


def _copied(opened: Opened, file: Candidate, target: Store, *, in_place: bool) -> Copied:
    """Store the bytes under the row's key, or only read them if they are imported in place.

    Raises SourceError for a file that has changed since its inspection, changes while it is read, or is stored with
    other bytes. Nothing is left under the key then.
    """
    assert file.row and file.inspected
    if opened.stamp != file.inspected.stamp:
        raise SourceError("changed while it was read")
    if in_place:
        return _read(opened)
    reader, key = HashingReader(opened.stream()), file.row.key
    stored = target.put(key, reader, content_type=file.inspected.mime_type)
    try:
        opened.check()
        if stored.size != reader.size or stored.checksum_sha256 not in (None, reader.checksum_sha256):
            raise SourceError("arrived with other bytes")
    except SourceError:
        target.remove([key])
        raise
    return Copied(reader.size, reader.checksum_sha256, opened.modified_at)


def _read(opened: Opened) -> Copied:
    reader = HashingReader(opened.stream())
    while reader.read(CHUNK):
        pass
    opened.check()
    return Copied(reader.size, reader.checksum_sha256, opened.modified_at)


class HashingReader:
    """A file that counts and hashes the bytes that are read."""

    def __init__(self, file: Readable) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._file.read(size)
        except OSError as error:  # of the source, not of the store
            raise SourceError(error_text(error)) from error
        self._digest.update(data)
        self.size += len(data)
        return data

    @property
    def checksum_sha256(self) -> str:
        return b64encode(self._digest.digest()).decode()
