"""What a whole backup consists of: a list of its files with sizes and checksums, written last.

A folder holds the parts, `manifest` that lists those of the last whole backup, and `unfinished` while one is made.
A line of JSON for each object; the last line names the database's file and counts the others, so that a list that was
cut short is known.
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


class NotWhole(Exception):
    """The folder holds no whole backup, or not that one; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One object: the alias of its store, its key, its size in bytes, and its SHA-256 in hexadecimal."""

    storage: str
    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A whole backup in `folder`; `stores` are the aliases that it holds objects of."""

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
    """Note that a backup is being made: until `finish`, the folder is not restored without being asked to."""
    (folder / UNFINISHED).touch()
    sync(folder)


def finish(folder: Path, database: Path, stores: list[str], entries: Iterable[Entry]) -> None:
    """Make the backup whole, in one rename; the database of the one before it goes."""
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
    """The last whole backup. Raises NotWhole where there is none, or where a later one did not end."""
    if not (folder / NAME).is_file():
        raise NotWhole(f"{folder} holds no backup that ended: it has no manifest. Nothing was restored.")
    if (folder / UNFINISHED).exists() and not previous:
        raise NotWhole(
            f"The last backup into {folder} did not end. The one before it can be restored: "
            f"scripts/restore {folder} --previous. Nothing was restored."
        )
    facts, count = _summary(folder / NAME)
    manifest = Manifest(folder=folder, **facts)
    if manifest.count != count:
        raise NotWhole(f"The manifest of {folder} was cut short. Nothing was restored.")
    return manifest


def verify(manifest: Manifest, stores: dict[str, Any]) -> None:
    """Read every byte of the backup. Raises NotWhole for the first file that is missing or another."""
    path = manifest.database_path
    if not path.is_file() or path.stat().st_size != manifest.size or checksum_of(path) != manifest.sha256:
        raise NotWhole(f"{path} is not the database that was backed up. Nothing was restored.")
    for entry in manifest.entries():
        if read_checksum(stores[entry.storage], entry.key) != (entry.size, entry.sha256):
            raise NotWhole(f"{entry.storage}: {entry.key} is missing in the backup or damaged. Nothing was restored.")


def read_checksum(store: Any, key: str) -> tuple[int, str]:
    """Size and checksum of an object by its bytes; (-1, "") where it is not there."""
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
    """Have a file, or the names in a folder, survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _summary(path: Path) -> tuple[dict[str, Any], int]:
    """The last line, and how many come before it."""
    last, lines = "", 0
    with path.open(encoding="utf-8") as file:
        for line in file:
            last, lines = line, lines + 1
    try:
        facts = json.loads(last)
        facts["database"], facts["count"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotWhole(f"The manifest of {path.parent} was cut short. Nothing was restored.") from error
    return facts, lines - 1
