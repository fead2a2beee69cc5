"""Removing the files that killed writers left behind.

A writer holds a lock on its temporary file, which the kernel releases when the writer ends. So a file without a lock
was left behind, at any age, and a file with a lock is being written, at any age.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from uploads.storage.disk.tree import PARTS, TEMPORARY, Tree

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


def left_behind(tree: Tree) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every temporary file without a writer: its name in the temporary area, and its status."""
    with suppress(FileNotFoundError), tree.directory([TEMPORARY]) as directory:
        for name in sorted(os.listdir(directory)):
            with suppress(FileNotFoundError):
                if not _is_written(name, directory):
                    yield name, os.stat(name, dir_fd=directory, follow_symlinks=False)


def reap(tree: Tree, before: datetime) -> int:
    """Remove temporary files and multipart directories without an announcement file, last changed `before`."""
    limit = before.timestamp()
    return _reap_files(tree, limit) + _reap_empty_parts(tree, limit)


def _is_written(name: str, directory: int) -> bool:
    """Tell whether a process holds the lock; False on a file system without locks, where only the age counts."""
    descriptor = os.open(name, _READ, dir_fd=directory)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _reap_files(tree: Tree, limit: float) -> int:
    removed = 0
    old = [name for name, status in left_behind(tree) if status.st_mtime < limit]
    with suppress(FileNotFoundError), tree.directory([TEMPORARY]) as directory:
        for name in old:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=directory)
                removed += 1
    return removed


def _reap_empty_parts(tree: Tree, limit: float) -> int:
    removed = 0
    with suppress(FileNotFoundError), tree.directory([PARTS]) as directory:
        for name in os.listdir(directory):
            if os.stat(name, dir_fd=directory, follow_symlinks=False).st_mtime < limit:
                with suppress(OSError):  # not empty: an upload under way
                    os.rmdir(name, dir_fd=directory)
                    removed += 1
    return removed
