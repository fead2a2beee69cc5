"""Files below one root: no symlink is followed, and no file appears half written.

Every path is opened component by component from the root (openat with O_NOFOLLOW); no path string is trusted.
"""

import errno
import fcntl
import hashlib
import logging
import os
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from django.core.exceptions import SuspiciousFileOperation

from uploads.storage.contract import ObjectExists, StoreFull, StoreUnavailable

logger = logging.getLogger(__name__)

FILE_MODE = 0o640
DIRECTORY_MODE = 0o750
TEMPORARY = ".tmp"  # files being written
PARTS = ".parts"  # multipart uploads under way
FACTS = ".facts"  # what is known about an object besides its bytes
CHUNK = 256 * 1024
_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL = {errno.ENOSPC, errno.EDQUOT}
# Errors for an object that does not exist, or is not a regular file.
ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENAMETOOLONG}
_ATTEMPTS = 5


@contextmanager
def faults() -> Iterator[None]:
    """Raise errors of the operating system as StoreFull or StoreUnavailable."""
    try:
        yield
    except OSError as error:
        logger.error("disk store: %s", os.strerror(error.errno or 0))
        raise (StoreFull() if error.errno in _FULL else StoreUnavailable()) from error


def split(key: str) -> tuple[list[str], str]:
    """Return the directories and the name of `key`. Raises SuspiciousFileOperation for a key that no store makes."""
    *directories, name = key.split("/")
    for part in (*directories, name):
        if part in {"", ".", ".."} or "\0" in part:
            raise SuspiciousFileOperation("Not a key.")
    if key.startswith(".") or any(0xD800 <= ord(character) <= 0xDFFF for character in key):
        raise SuspiciousFileOperation("Not a key.")
    return directories, name


class Tree:
    """The directories below `root`."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = Path(root)

    @contextmanager
    def directory(self, parts: Sequence[str] = (), *, create: bool = False, durable: bool = True) -> Iterator[int]:
        """Yield an open descriptor of the directory at `parts`. Raises FileNotFoundError and other OSErrors."""
        descriptor = self.open_root(create)
        try:
            for part in parts:
                child = self.step(descriptor, part, create, durable)
                os.close(descriptor)
                descriptor = child
            yield descriptor
        finally:
            os.close(descriptor)

    def open_root(self, create: bool) -> int:
        if create and not self.root.is_dir():
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(DIRECTORY_MODE)
        return os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def step(self, parent: int, name: str, create: bool, durable: bool) -> int:
        """Open the directory `name` in `parent`; with `create` make it, in a mode that does not depend on the umask."""
        try:
            return os.open(name, _OPEN_DIRECTORY, dir_fd=parent)
        except FileNotFoundError:
            if not create:
                raise
        with suppress(FileExistsError):
            os.mkdir(name, DIRECTORY_MODE, dir_fd=parent)
            os.chmod(name, DIRECTORY_MODE, dir_fd=parent)
            if durable:
                self.sync(parent)
        return os.open(name, _OPEN_DIRECTORY, dir_fd=parent)

    def sync(self, descriptor: int) -> None:
        """Make a file, or the names in a directory, durable against a loss of power."""
        os.fsync(descriptor)

    def forget_directories(self) -> None:
        """Forget directories that are kept open, after one was removed since it was opened."""

    def remove(self, directories: Sequence[str], name: str) -> None:
        """Unlink one file, and the directories that it leaves empty. Raises FileNotFoundError and other OSErrors."""
        with self.directory(directories) as directory:
            os.unlink(name, dir_fd=directory)
        for depth in range(len(directories), 0, -1):
            with suppress(FileNotFoundError), self.directory(directories[: depth - 1]) as parent:
                try:
                    os.rmdir(directories[depth - 1], dir_fd=parent)
                except OSError:
                    return  # not empty: the usual end

    def draft(self) -> "Draft":
        """Return a new file, invisible until it is published."""
        return Draft(self)


class Draft:
    """A file that is written in the temporary area, counted and hashed, and removed unless it is published.

    A killed process leaves `.tmp/<random>`, whose modification time is that of its last bytes. The file is locked as
    long as its writer lives, see `reap`.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.size = 0
        self._digest = hashlib.sha256()
        self._name = uuid4().hex
        self._is_temporary = True
        self._is_settled = False

    def __enter__(self) -> Self:
        with self.tree.directory([TEMPORARY], create=True) as directory:
            descriptor = os.open(self._name, _NEW_FILE, FILE_MODE, dir_fd=directory)
        try:
            os.fchmod(descriptor, FILE_MODE)
            with suppress(OSError):  # without locks in the file system, the age alone shows files that were left behind
                fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._file = os.fdopen(descriptor, "wb", buffering=0)
        except OSError:
            os.close(descriptor)
            self._discard()
            raise
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        try:
            self._file.close()
        finally:
            if self._is_temporary:
                self._discard()

    def _discard(self) -> None:
        with suppress(FileNotFoundError), self.tree.directory([TEMPORARY]) as directory:
            os.unlink(self._name, dir_fd=directory)

    @property
    def checksum_sha256(self) -> str:
        """Of the bytes so far, in base64."""
        return b64encode(self._digest.digest()).decode()

    def write(self, chunk: bytes) -> None:
        self._is_settled = False
        self._digest.update(chunk)
        self.size += len(chunk)
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._file.write(rest) :]

    def settle(self) -> None:
        """Make the bytes durable, so that `publish` has less to wait for."""
        self.tree.sync(self._file.fileno())
        self._is_settled = True

    def publish(
        self, directories: Sequence[str], name: str, *, replace: bool, create: bool = True, durable: bool = True
    ) -> os.stat_result:
        """Publish the file under its name. Raises ObjectExists if the name is taken and `replace` is not set.

        `durable` files survive a loss of power from now on; `create` makes missing directories.
        """
        if durable and not self._is_settled:
            self.settle()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.tree.directory(directories, create=create, durable=durable) as target:
                    self._place(target, name, replace)
                    if durable:
                        self._sync_entry(target, name)
                return os.fstat(self._file.fileno())
            except FileExistsError as error:
                raise ObjectExists from error
            except FileNotFoundError:  # the directory was removed with its last file meanwhile
                if attempt == _ATTEMPTS or not create:
                    raise
                self.tree.forget_directories()
        raise AssertionError("unreachable")

    def _place(self, target: int, name: str, replace: bool) -> None:
        with self.tree.directory([TEMPORARY]) as source:
            if replace:
                os.replace(self._name, name, src_dir_fd=source, dst_dir_fd=target)
                self._is_temporary = False
            else:
                os.link(self._name, name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)

    def _sync_entry(self, directory: int, name: str) -> None:
        try:
            self.tree.sync(directory)
        except OSError:  # a file that is not durable must not be there
            os.unlink(name, dir_fd=directory)
            raise
