"""The sources of existing files: each yields its files in a fixed order, in constant memory."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import IO, Protocol
from urllib.parse import quote

from uploads.audit.findings import QUARANTINE
from uploads.inspection import Content
from uploads.names import is_rendition_key
from uploads.storage import store
from uploads.storage.contract import MissingObject, Readable

CHUNK = 1024**2


class SourceError(Exception):
    """This file cannot be imported now; the message is a short reason."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The size in bytes and the identity of a file, which must not change between its inspection and its copy."""

    size: int
    identity: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An entry below the origin: its source opens it by `address`, and `name` is recorded.

    `skip` is the reason not to import it (a link, a device, a folder that cannot be read); empty for a file.
    """

    name: str
    address: bytes
    skip: str = ""
    failed: bool = False


class Source(Protocol):
    """A source of files: a folder, or a prefix of a store."""

    origin: str
    storage: str  # alias of the store of the files; empty for a folder

    def walk(self) -> Iterator[SourceFile]: ...

    def open(self, file: SourceFile) -> AbstractContextManager["Opened"]: ...


class Opened(Protocol):
    """An open file: read by ranges for its inspection, and as a stream for its copy."""

    stamp: Stamp

    def content(self) -> Content: ...

    def stream(self) -> Readable: ...

    def check(self) -> None:
        """Raise SourceError if the file has changed since it was opened."""
        ...


class FolderSource:
    """Regular files below a folder, depth first, each folder in order of its names' bytes; links are not followed."""

    storage = ""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._root = os.fsencode(os.path.realpath(folder))
        self.origin = f"folder:{recorded_name(self._root)}"

    def walk(self) -> Iterator[SourceFile]:
        yield from self._walk(b"")

    def _walk(self, below: bytes) -> Iterator[SourceFile]:
        try:
            with os.scandir(_joined(self._root, below)) as entries:
                names = sorted(
                    entry.name for entry in entries
                )  # a million names take little memory, a million entries do not
        except OSError as error:
            yield SourceFile(recorded_name(below or b"."), below, error_text(error), failed=True)
            return
        for name in names:
            path = _joined(below, name)
            try:
                mode = os.lstat(_joined(self._root, path)).st_mode
            except OSError as error:
                yield SourceFile(recorded_name(path), path, error_text(error), failed=True)
                continue
            if stat.S_ISDIR(mode):
                yield from self._walk(path)
            elif stat.S_ISREG(mode):
                yield SourceFile(recorded_name(path), path)
            else:
                yield SourceFile(recorded_name(path), path, "symbolic link" if stat.S_ISLNK(mode) else "special file")

    @contextmanager
    def open(self, file: SourceFile) -> Iterator["OpenedFile"]:
        path = _joined(self._root, file.address)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise SourceError(error_text(error)) from error
        with os.fdopen(descriptor, "rb", buffering=0) as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise SourceError("no regular file")
            yield OpenedFile(stream)


class OpenedFile:
    """A regular file of this machine."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.stamp = self._look()

    def _look(self) -> Stamp:
        status = os.fstat(self._file.fileno())
        return Stamp(status.st_size, (status.st_dev, status.st_ino, status.st_mtime_ns))

    def content(self) -> Content:
        return Content(self.stamp.size, self._fetch)

    def _fetch(self, start: int, end: int) -> Iterator[bytes]:
        while start < end and (chunk := os.pread(self._file.fileno(), min(CHUNK, end - start), start)):
            start += len(chunk)
            yield chunk

    def stream(self) -> IO[bytes]:
        self._file.seek(0)
        return self._file

    def check(self) -> None:
        if self._look() != self.stamp:
            raise SourceError("changed while it was read")


class StoreSource:
    """Objects of a store below a prefix, in order of the keys."""

    def __init__(self, alias: str, prefix: str = "") -> None:
        self.storage, self._prefix = alias, prefix
        self._store = store(alias)
        self.origin = f"{alias}:{prefix}"

    def walk(self) -> Iterator[SourceFile]:
        for stored in self._store.walk(self._prefix):
            yield SourceFile(recorded_name(stored.key.encode()), stored.key.encode(), _no_file(stored.key))

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
        self.stamp = self._look()

    def _look(self) -> Stamp:
        stored = self._store.stat(self._key)
        if stored is None:
            raise SourceError("no longer there")
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


def recorded_name(path: bytes) -> str:
    """Return `path` as text that can be reversed: unquote_to_bytes(recorded_name(path)) == path."""
    text = path.decode(errors="surrogateescape")
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character == "%" or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return quote(character.encode(errors="surrogateescape"), safe="")
    return character


def _joined(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder and name else folder or name


def error_text(error: OSError) -> str:
    """Return the operating system's message for `error`, in lower case."""
    return os.strerror(error.errno or 0).lower()
