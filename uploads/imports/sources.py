"""Sources of imports, which yield their files in a fixed order and constant memory.

`folder` and `stored` implement them.
"""

import os
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from uploads.inspection import Content
from uploads.storage.contract import Readable

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


def recorded_name(path: bytes) -> str:
    """Return `path` as text that can be reversed: unquote_to_bytes(recorded_name(path)) == path."""
    text = path.decode(errors="surrogateescape")
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character == "%" or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return quote(character.encode(errors="surrogateescape"), safe="")
    return character


def error_text(error: OSError) -> str:
    """Return the operating system's message for `error`, in lower case."""
    return os.strerror(error.errno or 0).lower()
