"""One migrated database for all processes of a run; each takes a copy, which takes milliseconds.

The run is the process that holds `TEST_RUN_FOLDER`: `scripts/test`, or pytest where it was started alone. What is
migrated once in it: a file for SQLite, a template on the server for PostgreSQL.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

ROOT = Path(__file__).resolve().parent.parent
RUN_FOLDER = "TEST_RUN_FOLDER"


@contextmanager
def run_folder() -> Iterator[Path]:
    """The folder that the processes of a run share; the outermost block makes it, and removes it with the templates."""
    if given := os.environ.get(RUN_FOLDER):
        yield Path(given)
        return
    folder = Path(mkdtemp(prefix="media-library-run-"))
    os.environ[RUN_FOLDER] = str(folder)
    try:
        yield folder
    finally:
        del os.environ[RUN_FOLDER]
        for note in folder.glob("*.database"):
            _drop(*note.read_text().split("\n"))
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_copy(url: str, folder: Path) -> Iterator[str]:
    """Yield the address of a migrated database of one's own: on the server of `url`, or a file in `folder`."""
    if not url.startswith("postgres"):
        file = folder / "db.sqlite3"
        shutil.copyfile(sqlite_template(), file)
        yield f"sqlite:///{file}"
        return
    with new_database(url, template=postgres_template(url)) as made:
        yield made


@contextmanager
def new_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """Yield the address of a database on that server, which is dropped in the end."""
    name = f"test_{uuid4().hex}"
    _create(server_url, name, template)
    try:
        yield named(server_url, name)
    finally:
        _drop(server_url, name)


def sqlite_template() -> Path:
    """Return the migrated file of this run."""
    with _once("sqlite3") as file:
        if not file.exists():
            unfinished = file.with_suffix(".unfinished")
            _migrate(f"sqlite:///{unfinished}")
            with closing(sqlite3.connect(unfinished)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            unfinished.rename(file)
    return file


def postgres_template(server_url: str) -> str:
    """Return the name of the migrated database of this run on that server."""
    with _once("database") as note:
        if not note.exists():
            name = f"template_{uuid4().hex}"
            _create(server_url, name)
            _migrate(named(server_url, name))
            note.write_text(f"{server_url}\n{name}")
    return note.read_text().split("\n")[1]


def named(server_url: str, database: str) -> str:
    return urlsplit(server_url)._replace(path=f"/{database}").geturl()


@contextmanager
def _once(suffix: str) -> Iterator[Path]:
    """Hold the lock under which one process makes what the others wait for."""
    file = Path(os.environ[RUN_FOLDER]) / f"migrated.{suffix}"
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield file


def _migrate(url: str) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.testing", "TEST_DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


def _create(server_url: str, name: str, template: str = "template1") -> None:
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def _drop(server_url: str, name: str) -> None:
    with suppress(psycopg.OperationalError), psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
