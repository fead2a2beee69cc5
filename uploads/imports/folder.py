"""Files of a folder as a source of imports."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from uploads.imports.exclusions import NO_EXCLUSIONS, Exclusions
from uploads.imports.sources import (
    CHUNK,
    SourceError,
    SourceFile,
    Stamp,
    error_text,
    name_forms,
    readable_path,
    recorded_name,
)
from uploads.inspection import Content


class FolderSource:
    """Regular files below a folder, depth first, each folder in order of its names' bytes; links are not followed.

    A file or folder that `exclusions` leave out is skipped, a folder as a whole.
    """

    storage = ""

    def __init__(self, folder: str | os.PathLike[str], exclusions: Exclusions = NO_EXCLUSIONS) -> None:
        self._root, self._exclusions = os.fsencode(os.path.realpath(folder)), exclusions
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
            if why := self._exclusions.reason(readable_path(path)):
                yield SourceFile(recorded_name(path), path, why)
                continue
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

    def has(self, path: str) -> bool:
        root = Path(os.fsdecode(self._root))
        return any((root / form).is_file() for form in name_forms(path))

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
        self.modified_at: datetime | None = None
        self.stamp = self._look()

    def _look(self) -> Stamp:
        status = os.fstat(self._file.fileno())
        self.modified_at = _moment(status.st_mtime)
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


def _moment(seconds: float) -> datetime | None:
    """Return the time of `seconds` since 1970; None for the zero of archives without dates, and beyond the calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def _joined(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder and name else folder or name
