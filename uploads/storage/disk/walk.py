"""Walking the files of a tree in order of their keys, with a bounded number of names in memory."""

import heapq
import logging
import os
from collections.abc import Iterator
from contextlib import suppress

from uploads.storage.disk.tree import ABSENT, Tree

logger = logging.getLogger(__name__)

# Names of one directory in memory: about 20 MB. A larger directory is read again for its next names.
_NAMES = 200_000


def walk(tree: Tree, prefix: str, after: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every regular file whose key starts with `prefix` and sorts (as UTF-8) after `after`, in that order.

    Symlinks, sockets and other special files are logged and skipped, and so are directories that cannot be read.
    """
    base = prefix.rpartition("/")[0]
    parts = base.split("/") if base else []
    if any(part in {"", ".", ".."} for part in parts) or prefix.startswith("."):
        return
    try:
        with tree.directory(parts) as directory:
            start = os.fsencode(f"{base}/") if base else b""
            yield from _below(directory, start, os.fsencode(prefix), os.fsencode(after))
    except OSError as error:
        if error.errno not in ABSENT:
            raise


def _below(directory: int, base: bytes, prefix: bytes, after: bytes) -> Iterator[tuple[str, os.stat_result]]:
    # "a-b" sorts before "a/b": a directory is sorted with the slash that its keys have.
    for name in _sorted_names(directory, hide=not base):
        path = base + name
        if not (path.startswith(prefix) or prefix.startswith(path)):
            continue
        if path <= after and not after.startswith(path):
            continue
        if name.endswith(b"/"):
            yield from _inside(directory, name[:-1], path, prefix, after)
        elif path > after:
            with suppress(FileNotFoundError):  # removed since it was listed
                yield path.decode(), os.stat(name, dir_fd=directory, follow_symlinks=False)


def _inside(parent: int, name: bytes, base: bytes, prefix: bytes, after: bytes) -> Iterator[tuple[str, os.stat_result]]:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    except (FileNotFoundError, NotADirectoryError):  # removed or replaced since it was listed
        return
    except PermissionError:
        logger.error("disk store: a directory cannot be read: %a", base)
        return
    try:
        yield from _below(descriptor, base, prefix, after)
    finally:
        os.close(descriptor)


def _sorted_names(directory: int, *, hide: bool) -> Iterator[bytes]:
    last = b""
    while True:
        names = heapq.nsmallest(_NAMES, (name for name in _names(directory, hide) if name > last))
        yield from names
        if len(names) < _NAMES:
            return
        last = names[-1]


def _names(directory: int, hide: bool) -> Iterator[bytes]:
    """Yield the names in a directory, those of directories with a slash. `hide` leaves out the store's own areas."""
    with os.scandir(directory) as entries:
        for entry in entries:
            name = os.fsencode(entry.name)
            if hide and name.startswith(b"."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield name + b"/"
            elif not entry.is_file(follow_symlinks=False):
                logger.warning("disk store: neither a file nor a directory, skipped: %a", name)
            elif not _is_utf8(name):
                logger.warning("disk store: a name that is not UTF-8, skipped: %a", name)
            else:
                yield name


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
