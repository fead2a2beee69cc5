"""The real web server process, for tests of open files, memory and broken connections."""

import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from subprocess import STDOUT, Popen

import psutil
from django.conf import settings

from tests.worker.installation import Installation, new_installation, wait_until

_SPARSE_FILE = """
import os
from pathlib import Path
from django.conf import settings
from permissions.choices import Visibility
from tests.factories import make_member, make_organization, make_upload
organization = make_organization("home", is_default=True)
upload = make_upload(make_member(organization), organization, content=b"x", size={size},
                     visibility=Visibility.PUBLIC, mime_type="video/mp4", type="VIDEO")
os.truncate(settings.DATA_DIR / "media" / upload.key, {size})
Path(settings.DATA_DIR, "address").write_text(f"/files/{{upload.pk}}/{{upload.filename}}")
"""

_TICKETS = """
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from django.conf import settings
from uploads.storage import store
hour = timedelta(hours=1)
tickets = [store("media").sign_upload(key, size={size}, content_type="text/plain", expires_in=hour) for key in {keys}]
Path(settings.DATA_DIR, "address").write_text(" ".join(urlsplit(ticket.url).path for ticket in tickets))
"""


class Served:
    """A server with one worker process on a port of its own."""

    def __init__(self, installation: Installation, port: int):
        self.installation, self.port = installation, port
        self.process = _start(installation, port)
        wait_until(self._answers)
        self.worker = psutil.Process(self.process.pid)

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.installation.folder / "log").read_text()
        try:
            with self.connection() as connection:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
        except OSError:
            return False

    def connection(self) -> AbstractContextManager[HTTPConnection]:
        return closing(HTTPConnection("127.0.0.1", self.port, timeout=30))

    def open_files(self, name: str) -> int:
        """How many descriptors of files with that name in their path the worker holds."""
        return sum(name in file.path for file in self.worker.open_files())

    def signed_puts(self, size: int, keys: list[str]) -> list[str]:
        """The paths of addresses that take `size` bytes of text each."""
        self._shell(_TICKETS.format(size=size, keys=keys))
        return (self.installation.folder / "address").read_text().split()

    def _shell(self, code: str) -> None:
        made = self.installation.manage("shell", "-v0", "-c", code)
        assert made.wait() == 0, (self.installation.folder / "log").read_text()

    def public_sparse_file(self, size: int) -> str:
        """Store a public film of `size` bytes, none of them written; returns its address."""
        self._shell(_SPARSE_FILE.format(size=size))
        return (self.installation.folder / "address").read_text()


def _start(installation: Installation, port: int) -> Popen:
    environment = {"WEB_WORKERS": "1"} | installation.environment | {"HOST": "127.0.0.1", "PORT": str(port)}
    command = [sys.executable, "-m", "config.serve"]
    with (installation.folder / "log").open("ab") as log:
        process = Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=STDOUT)
    installation.started.append(process)
    return process


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[Served]:
    """A server of an installation of its own, with those names added to its environment."""
    with new_installation(folder) as installation:
        installation.environment |= environment
        yield Served(installation, free_port())
