"""Locks between commands, across processes and machines."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

from common.commands.operator import LockHeld


@contextmanager
def exclusive_lock(name: str) -> Iterator[None]:
    """Hold the lock `name` until the end of the block or the process. Raises LockHeld without waiting.

    On PostgreSQL it is an advisory lock of the connection, which must stay open; on SQLite, which runs on one machine,
    a lock on a file in DATA_DIR. Both are released when the process is killed.
    """
    with _advisory_lock(name) if connection.vendor == "postgresql" else _file_lock(name):
        yield


@contextmanager
def _advisory_lock(name: str) -> Iterator[None]:
    number = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise LockHeld
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def _file_lock(name: str) -> Iterator[None]:
    folder = Path(settings.DATA_DIR) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockHeld from error
        yield
