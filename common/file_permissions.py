"""File permissions: only the account of the installation may read its files."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

GROUP_AND_OTHERS = 0o077
OTHERS = 0o007


def exposed_paths(*, data_dir: Path, database: Path | None) -> Iterator[tuple[Path, int]]:
    """Yield each path that other accounts may use, with the surplus permission bits.

    The stores in `data_dir` set the modes of their objects themselves, and nginx reads those through the group.
    """
    for path, surplus in _private_paths(data_dir, database):
        with suppress(OSError):
            if not path.is_symlink() and path.stat().st_mode & surplus:
                yield path, surplus


def restrict_paths(*, data_dir: Path, database: Path | None) -> Iterator[str]:
    """Remove the surplus permissions; yield a sentence for each change.

    Paths of another account, and shared folders (sticky bit), stay unchanged.
    """
    for path, surplus in exposed_paths(data_dir=data_dir, database=database):
        with suppress(OSError):
            status = path.stat()
            if status.st_uid != os.geteuid() or status.st_mode & stat.S_ISVTX:
                continue
            before = stat.S_IMODE(status.st_mode)
            path.chmod(before & ~surplus)
            yield f"{path} was open to other accounts (mode {before:04o}); now its mode is {before & ~surplus:04o}."


def _private_paths(data_dir: Path, database: Path | None) -> Iterator[tuple[Path, int]]:
    yield data_dir, OTHERS
    yield data_dir / "secret_key", GROUP_AND_OTHERS
    if database and database.parent.is_dir():
        # Besides the journals of SQLite: copies that were put beside it, under any name that begins alike.
        for path in sorted(database.parent.glob(f"{database.name}*")):
            if path.is_file():
                yield path, GROUP_AND_OTHERS
