"""Backing up and restoring: the database first, then the objects, on every kind of database and store.

An object is written before its row and removed after it, so a copy of the objects that is younger than the copy of the
database has what its rows name. What was purged in between is missing, and `verify_files` names it: files that were at
the end of their time in the trash.
"""

import mimetypes
import os
import sqlite3
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from config.environment.startup import become_owner_of_data, explained
from scripts import backup_manifest as manifest

USAGE = "usage: scripts/backup FOLDER | scripts/restore FOLDER [--previous]"

Stores = list[tuple[str, Any, Any]]  # alias, the store, and the folder of the backup that mirrors it


class Refused(Exception):
    """Nothing was done; the message says why."""


class Streamed:
    """The bytes of an object as a file to read from."""

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
    """Copy the database into a new file of `folder`, then all objects that are not there yet, then list both.

    Ended anywhere before the list is written, it leaves the backup before it as it was.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest.begin(folder)
    database = folder / f"database-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    _dump(database)
    manifest.sync(database)
    stores = list(_stores(folder))
    manifest.finish(folder, database, [alias for alias, _, _ in stores], _copied(stores))


def _copied(stores: Stores) -> Iterator[manifest.Entry]:
    """Copy what the backup does not have yet, and tell of all that it has then."""
    for alias, source, copy in stores:
        copied = 0
        for found in source.scan():
            there = copy.stat(found.key)
            if there is None or there.size != found.size or there.modified_at < found.modified_at:
                if not _copy(found.key, source, copy, ""):
                    continue
                copied += 1
            size, checksum = _known(copy, found.key)
            yield manifest.Entry(alias, found.key, size, checksum)
        print(f"{alias}: {copied} objects copied")


def _known(copy: Any, key: str) -> tuple[int, str]:
    """Size and checksum of a copied object: as it was noted when it was written, else read."""
    there = copy.stat(key)
    if there and there.checksum_sha256:
        return there.size, b64decode(there.checksum_sha256).hex()
    return manifest.read_checksum(copy, key)


def restore(folder: Path, *, previous: bool = False) -> int:
    """Bring back the database and the objects into an empty installation, then verify; returns the exit code.

    All of the backup is read before anything is written. Raises NotWhole and Refused: then nothing was.
    """
    whole, stores = manifest.read(folder, previous=previous), list(_stores(folder))
    if unknown := sorted(set(whole.stores) - {alias for alias, _, _ in stores}):
        raise Refused(f"The backup holds a store {unknown[0]}, which this installation does not have.")
    for alias, target, _ in stores:
        if next(iter(target.scan()), None) is not None:
            raise Refused(f"The store {alias} is not empty.")
    _require_no_database()
    manifest.verify(whole, {alias: copy for alias, _, copy in stores})
    _load(whole.database_path)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _bring_back(whole, stores)
    return subprocess.run([sys.executable, "manage.py", "verify_files", "--all"], check=False).returncode


def _bring_back(whole: manifest.Manifest, stores: Stores) -> None:
    places = {alias: (target, copy) for alias, target, copy in stores}
    counts = dict.fromkeys(places, 0)
    for entry in whole.entries():
        target, copy = places[entry.storage]
        counts[entry.storage] += _copy(entry.key, copy, target, _type_of(entry.key))
    for alias, count in counts.items():
        print(f"{alias}: {count} objects restored")


def _copy(key: str, source: Any, target: Any, content_type: str) -> bool:
    from uploads.storage.contract import MissingObject

    try:
        target.put(key, cast(IO[bytes], Streamed(source.read(key))), content_type=content_type)
    except MissingObject:  # purged since it was listed
        return False
    return True


def _stores(folder: Path) -> Iterator[tuple[str, Any, Any]]:
    """Each store, with the folder of the backup that mirrors it."""
    from uploads.audit.findings import audited_storages
    from uploads.storage import store
    from uploads.storage.disk import DiskStore

    for alias in audited_storages():
        yield alias, store(alias), DiskStore(location=folder / alias, alias=f"backup of {alias}")


def _type_of(key: str) -> str:
    """The type that rows say an object has, or its name does."""
    from uploads.storage.key_holders import stored_holders

    for holder in stored_holders():
        found = holder.rows.filter(key=key).values_list("mime_type", flat=True).first()
        if found:
            return str(found)
    return mimetypes.guess_type(key)[0] or "application/octet-stream"


def _dump(path: Path) -> None:
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(database["NAME"])) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
        return
    _run(["pg_dump", "--format=custom", f"--file={path}"], database)


def _load(path: Path) -> None:
    from django.conf import settings

    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        _run(["pg_restore", "--no-owner", "--single-transaction", f"--dbname={database['NAME']}", str(path)], database)
        return
    target = Path(database["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.draft")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(draft)) as copy:
        source.backup(copy)
    manifest.sync(draft)
    draft.replace(target)
    manifest.sync(target.parent)


def _require_no_database() -> None:
    """Raise Refused where the database holds anything already."""
    from django.conf import settings
    from django.db import connection

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        if Path(database["NAME"]).exists():
            raise Refused(f"There is a database at {database['NAME']} already.")
        return
    tables = connection.introspection.table_names()
    connection.close()
    if tables:
        raise Refused(f"The database {database['NAME']} is not empty: it holds {len(tables)} tables.")


def _run(command: list[str], database: dict[str, Any]) -> None:
    """Run a tool of PostgreSQL; its credentials are in the environment, where `ps` does not show them."""
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    known = {name: str(database[field]) for name, field in names.items() if database.get(field)}
    subprocess.run(command, env=os.environ | known, check=True)


def main(arguments: list[str]) -> int:
    previous = "--previous" in arguments
    words = [word for word in arguments if word != "--previous"]
    if len(words) != 2 or words[0] not in {"backup", "restore"} or (previous and words[0] == "backup"):
        print(USAGE, file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    with explained():
        become_owner_of_data()
        import django

        from config.environment.private_files import keep_private

        keep_private()
        django.setup()
        folder = Path(words[1]).resolve()
        try:
            if words[0] == "restore":
                return restore(folder, previous=previous)
            back_up(folder)
        except (Refused, manifest.NotWhole, OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("Interrupted: this backup or restore did not end.", file=sys.stderr)
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
