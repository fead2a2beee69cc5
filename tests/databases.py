"""One migrated database for all processes of a run; each takes a copy, which takes milliseconds.

For SQLite that is a file, kept below `.pytest_cache`; for PostgreSQL a template on the server, gone with the run. A run
is the process that made `TEST_RUN_FOLDER`: `scripts/test`, or pytest where it was started alone.
"""

import fcntl
import hashlib
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
KEPT = ROOT / ".pytest_cache" / "migrated"
APPS = ("common", "permissions", "uploads", "resources", "media_library", "config")
ELSEWHERE = {
    "admin",
    "api",
    "management",
    "serving",
    "templatetags",
    "tests",
}  # no migration and no model imports these
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
        shutil.copy(sqlite_template(), file)  # with its mode: closed to other accounts
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
    """Return a migrated file. It is kept until the code changes that migrations may depend on."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{_code_of_migrations()}.sqlite3"
    with _alone(KEPT):
        if not file.exists():
            unfinished = file.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            _migrate(f"sqlite:///{unfinished}")
            with closing(sqlite3.connect(unfinished)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            unfinished.rename(file)
            for older in sorted(KEPT.glob("*.sqlite3"), key=os.path.getmtime)[:-5]:
                older.unlink()
    return file


def postgres_template(server_url: str) -> str:
    """Return the name of the migrated database of this run on that server."""
    run = Path(os.environ[RUN_FOLDER])
    note = run / "migrated.database"
    with _alone(run):
        if not note.exists():
            name = f"template_{uuid4().hex}"
            _create(server_url, name)
            _migrate(named(server_url, name))
            note.write_text(f"{server_url}\n{name}")
    return note.read_text().split("\n")[1]


def named(server_url: str, database: str) -> str:
    return urlsplit(server_url)._replace(path=f"/{database}").geturl()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock under which one process makes what the others wait for."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _code_of_migrations() -> str:
    """A digest of everything that a migrated database can depend on."""
    paths = {path.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("*.py")}
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(path for path in paths if not ELSEWHERE & {*path.parts}):
        digest.update(f"{path}\0".encode() + (ROOT / path).read_bytes())
    return digest.hexdigest()[:32]


def _migrate(url: str) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.testing", "TEST_DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


def _create(server_url: str, name: str, template: str = "template1") -> None:
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def _drop(server_url: str, name: str) -> None:
    with suppress(psycopg.OperationalError), psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
