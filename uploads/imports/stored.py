"""Objects of a store as a source of imports."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from uploads.audit.findings import QUARANTINE
from uploads.imports.exclusions import NO_EXCLUSIONS, Exclusions
from uploads.imports.sources import SourceError, SourceFile, Stamp, name_forms, recorded_name
from uploads.inspection import Content
from uploads.names import is_rendition_key
from uploads.storage import store
from uploads.storage.contract import MissingObject, Readable


class StoreSource:
    """Objects of a store below a prefix, in order of the keys; paths are keys without the prefix."""

    def __init__(self, alias: str, prefix: str = "", exclusions: Exclusions = NO_EXCLUSIONS) -> None:
        self.storage, self._prefix, self._exclusions = alias, prefix, exclusions
        self._store = store(alias)
        self.origin = f"{alias}:{prefix}"

    def walk(self) -> Iterator[SourceFile]:
        for stored in self._store.walk(self._prefix):
            why = _no_file(stored.key) or self._exclusions.reason_of_any_part(stored.key.removeprefix(self._prefix))
            address = stored.key.encode()
            yield SourceFile(recorded_name(address), address, why, prefix=self._prefix)

    def has(self, path: str) -> bool:
        return any(self._store.stat(self._prefix + form) for form in name_forms(path))

    @contextmanager
    def open(self, file: SourceFile) -> Iterator["OpenedObject"]:
        yield OpenedObject(self.storage, file.address.decode())


def _no_file(key: str) -> str:
    """Return why an object without a row is not imported; empty if it is a file."""
    if key.startswith(QUARANTINE):
        return "in the quarantine"
    return "picture of another file" if is_rendition_key(key) else ""


class OpenedObject:
    """An object of a store."""

    def __init__(self, alias: str, key: str) -> None:
        self._store, self._key = store(alias), key
        self.modified_at: datetime | None = None
        self.stamp = self._look()

    def _look(self) -> Stamp:
        stored = self._store.stat(self._key)
        if stored is None:
            raise SourceError("no longer there")
        self.modified_at = stored.modified_at
        return Stamp(stored.size, (stored.etag,))

    def content(self) -> Content:
        return Content(self.stamp.size, lambda start, end: self._store.read(self._key, start, end))

    def stream(self) -> Readable:
        return ChunkReader(self._store.read(self._key))

    def check(self) -> None:
        if self._look() != self.stamp:
            raise SourceError("changed while it was read")


class ChunkReader:
    """Reads chunks as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            try:
                self._rest = next(self._chunks, b"")
            except MissingObject as error:
                raise SourceError("no longer there") from error
        cut = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:cut], self._rest[cut:]
        return data
