"""The database of a backup: dumped into one file and loaded from it, on SQLite and PostgreSQL."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from scripts.backup_manifest import sync


class RestoreRefused(Exception):
    """The restore was refused and changed nothing; the message says why."""


def dump_database(path: Path) -> None:
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(database["NAME"])) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
        return
    _run(["pg_dump", "--format=custom", f"--file={path}"], database)


def load_database(path: Path) -> None:
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
    sync(draft)
    draft.replace(target)
    sync(target.parent)


def require_empty_database() -> None:
    """Raise RestoreRefused if the database is not empty."""
    from django.conf import settings
    from django.db import connection

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        if Path(database["NAME"]).exists():
            raise RestoreRefused(f"There is a database at {database['NAME']} already.")
        return
    tables = connection.introspection.table_names()
    connection.close()
    if tables:
        raise RestoreRefused(f"The database {database['NAME']} is not empty: it holds {len(tables)} tables.")


def _run(command: list[str], database: dict[str, Any]) -> None:
    """Run a tool of PostgreSQL with the credentials in its environment, which `ps` does not show."""
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    known = {name: str(database[field]) for name, field in names.items() if database.get(field)}
    subprocess.run(command, env=os.environ | known, check=True)
