"""Settings of a server whose disk holds no file of more than a mebibyte."""

import errno
import os

from django.apps import AppConfig

from tests.worker.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.full_disk.FullDisk"]  # noqa: F405


class FullDisk(AppConfig):
    """Refuses bytes as a full disk does. Storage can be imported once the settings are read, not by them."""

    name = "tests"

    def ready(self) -> None:
        from uploads.storage.disk.tree import Draft

        write_to_disk = Draft.write

        def write(self: Draft, chunk: bytes) -> None:
            if self.size + len(chunk) > 1024**2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            write_to_disk(self, chunk)

        Draft.write = write  # type: ignore[method-assign]  # the class is not ours to derive from here
