"""What killed writers left behind."""

import os
from contextlib import suppress
from datetime import datetime

from uploads.storage.disk.tree import PARTS, TEMPORARY, Tree


def reap(tree: Tree, before: datetime) -> int:
    """Remove temporary files, and multipart directories that never got their announcement, last changed `before`.

    A file that is being written is young: each write sets its time.
    """
    limit = before.timestamp()
    return _reap_files(tree, limit) + _reap_empty_parts(tree, limit)


def _reap_files(tree: Tree, limit: float) -> int:
    gone = 0
    with suppress(FileNotFoundError), tree.directory([TEMPORARY]) as directory:
        for name in os.listdir(directory):
            with suppress(FileNotFoundError):
                if os.stat(name, dir_fd=directory, follow_symlinks=False).st_mtime < limit:
                    os.unlink(name, dir_fd=directory)
                    gone += 1
    return gone


def _reap_empty_parts(tree: Tree, limit: float) -> int:
    gone = 0
    with suppress(FileNotFoundError), tree.directory([PARTS]) as directory:
        for name in os.listdir(directory):
            if os.stat(name, dir_fd=directory, follow_symlinks=False).st_mtime < limit:
                with suppress(OSError):  # not empty: an upload under way
                    os.rmdir(name, dir_fd=directory)
                    gone += 1
    return gone
