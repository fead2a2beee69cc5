"""A database and a folder of their own for worker processes, and a way to look into both from outside."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.conf import settings

from tests.databases import database_copy, new_database

PATIENCE = 30.0  # seconds; the machine may be busy


def wait_until(true: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Return the first truthy answer; raises AssertionError when none comes within `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := true():
            return answer
        time.sleep(0.05)
    raise AssertionError("It did not happen in time.")


def family(process: subprocess.Popen) -> list[psutil.Process]:
    """The living descendants of a process."""
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


class Installation:
    def __init__(self, folder: Path, url: str):
        self.folder, self.url = folder, url
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.worker.settings",
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "DATABASE_POOL_SIZE": "0",
        }
        self.started: list[subprocess.Popen] = []

    def manage(self, *arguments: str) -> subprocess.Popen:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        return process

    def work(self, *, processes: int = 1, grace: int = 20) -> subprocess.Popen:
        return self.manage("work", f"--processes={processes}", "--tick=0.3", f"--grace={grace}")

    def submit(self, kind: str, subject: str) -> None:
        code = f"from uploads import jobs; jobs.submit({kind!r}, subject={subject!r})"
        assert self.manage("shell", "-v0", "-c", code).wait() == 0, (self.folder / "log").read_text()

    def rows(self, sql: str, *parameters: object) -> list[tuple]:
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as connection:
                return connection.execute(sql, parameters).fetchall()
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(sql.replace("?", "%s"), parameters).fetchall()

    def execute(self, sql: str, *parameters: object) -> None:
        """Change rows from outside."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as connection, connection:
                connection.execute(sql, parameters)
            return
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(sql.replace("?", "%s"), parameters)

    def job(self, subject: str) -> tuple[str, int]:
        """State and attempts of the only job about `subject`."""
        [row] = self.rows("SELECT state, attempts FROM uploads_job WHERE subject = ?", subject)
        return row

    def starts(self, subject: str) -> list[int]:
        """The attempts that began to work on `subject`."""
        trace = self.folder / f"attempts-{subject}"
        return [int(line) for line in trace.read_text().splitlines()] if trace.exists() else []

    def open_gate(self, subject: str) -> None:
        (self.folder / f"gate-{subject}").touch()

    def stop(self) -> None:
        for process in self.started:
            for one in family(process):
                one.kill()
            process.kill()
            process.wait()
        self.started.clear()


@contextmanager
def new_installation(folder: Path) -> Iterator[Installation]:
    """A migrated one, on the same kind of database as the tests."""
    with database_copy(os.environ.get("TEST_DATABASE_URL", ""), folder) as url:
        made = Installation(folder, url)
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The address of one that has not been migrated, on the same kind of database as the tests."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given.startswith("postgres"):
        with new_database(given) as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'db.sqlite3'}"
