"""Settings of a server whose disk holds no file of more than a mebibyte."""

import errno
import os

from tests.worker.settings import *  # noqa: F403
from uploads.storage.disk.tree import Draft

_write = Draft.write


def write(self: Draft, chunk: bytes) -> None:
    if self.size + len(chunk) > 1024**2:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    _write(self, chunk)


Draft.write = write
