"""Sources of imports, which yield their files in a fixed order and constant memory.

`folder` and `stored` implement them.
"""

import os
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
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

    `skip` is the reason not to import it (a link, a system file, a folder that cannot be read); empty for a file.
    `prefix` is the beginning of `path` that all files of the source have.
    """

    name: str
    address: bytes
    skip: str = ""
    failed: bool = False
    prefix: str = ""

    @property
    def path(self) -> str:
        """The path as people know it: `name` with "%" and control characters as they are."""
        return readable_path(self.address)

    @property
    def paths(self) -> list[str]:
        """The texts by which a manifest or another system may name this file, the most likely one first."""
        return list(dict.fromkeys((self.path, self.path.removeprefix(self.prefix), self.name)))


class Source(Protocol):
    """A source of files: a folder, or a prefix of a store."""

    origin: str
    storage: str  # alias of the store of the files; empty for a folder

    def walk(self) -> Iterator[SourceFile]: ...

    def has(self, path: str) -> bool:
        """Tell whether there is a file at `path`, its name composed or decomposed."""
        ...

    def open(self, file: SourceFile) -> AbstractContextManager["Opened"]: ...


class Opened(Protocol):
    """An open file: read by ranges for its inspection, and as a stream for its copy.

    `modified_at` is None where it is not known.
    """

    stamp: Stamp
    modified_at: datetime | None

    def content(self) -> Content: ...

    def stream(self) -> Readable: ...

    def check(self) -> None:
        """Raise SourceError if the file has changed since it was opened."""
        ...


def recorded_name(path: bytes) -> str:
    """Return `path` as text that can be reversed: unquote_to_bytes(recorded_name(path)) == path."""
    text = path.decode(errors="surrogateescape")
    return "".join(_escaped(character) for character in text)


def readable_path(path: bytes) -> str:
    """Return `path` as text, in which only bytes that are not UTF-8 are percent-encoded."""
    text = path.decode(errors="surrogateescape")
    if text.isascii():
        return text
    return "".join(_escaped(character) if unicodedata.category(character) == "Cs" else character for character in text)


def name_forms(text: str) -> list[str]:
    """Return `text` as it is, composed (NFC) and decomposed (NFD): a file system or a person may write any of them."""
    return list(dict.fromkeys((text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))))


def _escaped(character: str) -> str:
    if character == "%" or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return quote(character.encode(errors="surrogateescape"), safe="")
    return character


def error_text(error: OSError) -> str:
    """Return the operating system's message for `error`, in lower case."""
    return os.strerror(error.errno or 0).lower()
