"""The manifest of a backup: its files with sizes and checksums, written last.

A folder holds the files, the `manifest` of the last complete backup, and `unfinished` while a backup is made. The
manifest has a line of JSON for each object; the last line names the file of the database and counts the objects, so a
manifest that was cut short is recognized.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

NAME, UNFINISHED = "manifest", "unfinished"
CHUNK = 1 << 20


class IncompleteBackup(Exception):
    """The folder holds no complete backup; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One object: the alias of its store, its key, its size in bytes, and its SHA-256 in hexadecimal."""

    storage: str
    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A complete backup in `folder`; `stores` are the aliases of the stores in it."""

    folder: Path
    database: str
    size: int
    sha256: str
    stores: list[str]
    count: int

    @property
    def database_path(self) -> Path:
        return self.folder / self.database

    def entries(self) -> Iterator[Entry]:
        with (self.folder / NAME).open(encoding="utf-8") as file:
            for line in file:
                facts = json.loads(line)
                if "key" in facts:
                    yield Entry(**facts)


def begin(folder: Path) -> None:
    """Mark the folder: until `finish`, only the previous backup in it can be restored."""
    (folder / UNFINISHED).touch()
    sync(folder)


def finish(folder: Path, database: Path, stores: list[str], entries: Iterable[Entry]) -> None:
    """Complete the backup with one rename; the database of the previous backup is removed."""
    draft, count = folder / f"{NAME}.draft", 0
    with draft.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(asdict(entry)) + "\n")
            count += 1
        facts = {"database": database.name, "size": database.stat().st_size, "sha256": checksum_of(database)}
        file.write(json.dumps({**facts, "stores": stores, "count": count}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / NAME)
    (folder / UNFINISHED).unlink(missing_ok=True)
    sync(folder)
    for old in folder.glob("database-*"):
        if old != database:
            old.unlink()


def read(folder: Path, *, previous: bool = False) -> Manifest:
    """Return the last complete backup. Raises IncompleteBackup if there is none, or if a later one was not finished."""
    if not (folder / NAME).is_file():
        raise IncompleteBackup(f"{folder} holds no complete backup: it has no manifest. Nothing was restored.")
    if (folder / UNFINISHED).exists() and not previous:
        raise IncompleteBackup(
            f"The last backup into {folder} was not finished. The previous one can be restored: "
            f"scripts/restore {folder} --previous. Nothing was restored."
        )
    facts, count = _summary(folder / NAME)
    manifest = Manifest(folder=folder, **facts)
    if manifest.count != count:
        raise IncompleteBackup(f"The manifest of {folder} was cut short. Nothing was restored.")
    return manifest


def verify(manifest: Manifest, stores: dict[str, Any]) -> None:
    """Read every byte of the backup. Raises IncompleteBackup for the first file that is missing or different."""
    path = manifest.database_path
    if not path.is_file() or path.stat().st_size != manifest.size or checksum_of(path) != manifest.sha256:
        raise IncompleteBackup(f"{path} is missing or damaged. Nothing was restored.")
    for entry in manifest.entries():
        if read_checksum(stores[entry.storage], entry.key) != (entry.size, entry.sha256):
            raise IncompleteBackup(
                f"{entry.storage}: {entry.key} is missing or damaged in the backup. Nothing was restored."
            )


def read_checksum(store: Any, key: str) -> tuple[int, str]:
    """Return the size and the checksum of the bytes of an object; (-1, "") if it is missing."""
    from uploads.storage.contract import MissingObject

    digest, size = hashlib.sha256(), 0
    try:
        for chunk in store.read(key):
            digest.update(chunk)
            size += len(chunk)
    except MissingObject:
        return -1, ""
    return size, digest.hexdigest()


def checksum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Flush a file or a folder to disk, so that it survives a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _summary(path: Path) -> tuple[dict[str, Any], int]:
    """Return the facts of the last line, and the number of lines before it."""
    last, lines = "", 0
    with path.open(encoding="utf-8") as file:
        for line in file:
            last, lines = line, lines + 1
    try:
        facts = json.loads(last)
        facts["database"], facts["count"]
    except (ValueError, KeyError, TypeError) as error:
        raise IncompleteBackup(f"The manifest of {path.parent} was cut short. Nothing was restored.") from error
    return facts, lines - 1
