"""Backup and restore of the database and the objects, for every kind of database and store.

The database is copied first. An object is stored before its row exists and removed after its row is gone, so the later
copy of the objects contains everything that the rows name, except files that were purged in between: `verify_files`
names them.
"""

import mimetypes
import os
import sqlite3
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from config.environment.startup import become_owner_of_data, explain_faults
from scripts import backup_manifest as manifest
from scripts.backup_database import RestoreRefused, dump_database, load_database, require_empty_database

USAGE = "usage: scripts/backup FOLDER | scripts/restore FOLDER [--previous]"

Stores = list[tuple[str, Any, Any]]  # alias, the store, and its copy in the backup


class ChunkReader:
    """The chunks of an object as a readable file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._rest += chunk
        end = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:end], self._rest[end:]
        return taken


def back_up(folder: Path) -> None:
    """Copy the database into a new file of `folder`, then the objects that it lacks, then write the manifest.

    If it is interrupted before the manifest is written, the previous backup stays complete.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest.begin(folder)
    database = folder / f"database-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    dump_database(database)
    manifest.sync(database)
    stores = list(_stores(folder))
    manifest.finish(folder, database, [alias for alias, _, _ in stores], _copied(stores))


def _copied(stores: Stores) -> Iterator[manifest.Entry]:
    """Copy the objects that the backup lacks; yield an entry for every object."""
    for alias, source, copy in stores:
        copied = 0
        for stored in source.scan():
            copied_object = copy.stat(stored.key)
            if _is_outdated(copied_object, stored):
                if not _copy(stored.key, source, copy, ""):
                    continue
                copied += 1
            size, checksum = _known(copy, stored.key)
            yield manifest.Entry(alias, stored.key, size, checksum)
        print(f"{alias}: {copied} objects copied")


def _is_outdated(copied: Any, stored: Any) -> bool:
    return copied is None or copied.size != stored.size or copied.modified_at < stored.modified_at


def _known(copy: Any, key: str) -> tuple[int, str]:
    """Return the size and checksum of a copied object: as recorded when it was written, else of its bytes."""
    copied = copy.stat(key)
    if copied and copied.checksum_sha256:
        return copied.size, b64decode(copied.checksum_sha256).hex()
    return manifest.read_checksum(copy, key)


def restore(folder: Path, *, previous: bool = False) -> int:
    """Restore the database and the objects into an empty installation and verify them; return the exit code.

    The whole backup is read before anything is written. Raises IncompleteBackup and RestoreRefused before that.
    """
    backup, stores = manifest.read(folder, previous=previous), list(_stores(folder))
    if unknown := sorted(set(backup.stores) - {alias for alias, _, _ in stores}):
        raise RestoreRefused(f"The backup holds a store {unknown[0]}, which this installation does not have.")
    for alias, target, _ in stores:
        if next(iter(target.scan()), None) is not None:
            raise RestoreRefused(f"The store {alias} is not empty.")
    require_empty_database()
    manifest.verify(backup, {alias: copy for alias, _, copy in stores})
    load_database(backup.database_path)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _restore_objects(backup, stores)
    return subprocess.run([sys.executable, "manage.py", "verify_files", "--all"], check=False).returncode


def _restore_objects(backup: manifest.Manifest, stores: Stores) -> None:
    places = {alias: (target, copy) for alias, target, copy in stores}
    counts = dict.fromkeys(places, 0)
    for entry in backup.entries():
        target, copy = places[entry.storage]
        counts[entry.storage] += _copy(entry.key, copy, target, _type_of(entry.key))
    for alias, count in counts.items():
        print(f"{alias}: {count} objects restored")


def _copy(key: str, source: Any, target: Any, content_type: str) -> bool:
    from uploads.storage.contract import MissingObject

    try:
        target.put(key, cast(IO[bytes], ChunkReader(source.read(key))), content_type=content_type)
    except MissingObject:  # purged since it was listed
        return False
    return True


def _stores(folder: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield the alias of each store, the store, and its copy in the backup."""
    from uploads.audit.findings import audited_storages
    from uploads.storage import store
    from uploads.storage.disk import DiskStore

    for alias in audited_storages():
        yield alias, store(alias), DiskStore(location=folder / alias, alias=f"backup of {alias}")


def _type_of(key: str) -> str:
    """Return the MIME type of an object from its row, else from its name."""
    from uploads.storage.key_holders import stored_holders

    for holder in stored_holders():
        mime_type = holder.rows.filter(key=key).values_list("mime_type", flat=True).first()
        if mime_type:
            return str(mime_type)
    return mimetypes.guess_type(key)[0] or "application/octet-stream"


def main(arguments: list[str]) -> int:
    previous = "--previous" in arguments
    positional = [each for each in arguments if each != "--previous"]
    if len(positional) != 2 or positional[0] not in {"backup", "restore"} or (previous and positional[0] == "backup"):
        print(USAGE, file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    with explain_faults():
        become_owner_of_data()
        import django

        from config.environment.private_files import keep_private

        keep_private()
        django.setup()
        folder = Path(positional[1]).resolve()
        try:
            if positional[0] == "restore":
                return restore(folder, previous=previous)
            back_up(folder)
        except (
            RestoreRefused,
            manifest.IncompleteBackup,
            OSError,
            sqlite3.Error,
            subprocess.CalledProcessError,
        ) as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("Interrupted: the backup or restore is not complete.", file=sys.stderr)
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
