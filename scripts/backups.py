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
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any, cast

USAGE = "usage: scripts/backup FOLDER | scripts/restore FOLDER"


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
    """Copy the database into a new file of `folder`, then all objects that are not there yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / "database.draft"
    _dump(draft)
    draft.replace(folder / "database")
    for alias, source, copy in _stores(folder):
        copied = 0
        for found in source.scan():
            there = copy.stat(found.key)
            if there is None or there.size != found.size or there.modified_at < found.modified_at:
                copied += _copy(found.key, source, copy, "")
        print(f"{alias}: {copied} objects copied")


def restore(folder: Path) -> int:
    """Bring back the database and the objects into an empty installation, then verify; returns the exit code."""
    if not (folder / "database").is_file():
        raise Refused(f"{folder} holds no backup.")
    for alias, target, _ in _stores(folder):
        if next(iter(target.scan()), None) is not None:
            raise Refused(f"The store {alias} is not empty.")
    _load(folder / "database")
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for alias, target, copy in _stores(folder):
        count = sum(_copy(found.key, copy, target, _type_of(found.key)) for found in copy.scan())
        print(f"{alias}: {count} objects restored")
    return subprocess.run([sys.executable, "manage.py", "verify_files", "--all"], check=False).returncode


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
    from uploads.models import Rendition, Upload, UploadVersion

    for rows in (Upload.everything, Rendition.objects, UploadVersion.objects):
        found = rows.filter(key=key).values_list("mime_type", flat=True).first()
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
    if target.exists():
        raise Refused(f"There is a database at {target} already.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _run(command: list[str], database: dict[str, Any]) -> None:
    """Run a tool of PostgreSQL; its credentials are in the environment, where `ps` does not show them."""
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    known = {name: str(database[field]) for name, field in names.items() if database.get(field)}
    subprocess.run(command, env=os.environ | known, check=True)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in {"backup", "restore"}:
        print(USAGE, file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    import django

    from config.modes import keep_private

    keep_private()
    django.setup()
    folder = Path(arguments[1]).resolve()
    try:
        if arguments[0] == "restore":
            return restore(folder)
        back_up(folder)
    except (Refused, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
