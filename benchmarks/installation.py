"""A throw-away installation on PostgreSQL, for one benchmark: `with installation() as url`, then import models."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.postgres import postgres_server

ROOT = Path(__file__).resolve().parent.parent
# A server with memory to spare; everything else is as PostgreSQL ships.
SERVER = {"shared_buffers": "1GB", "work_mem": "16MB"}


@contextmanager
def installation() -> Iterator[str]:
    """Serve an empty database, migrate it and set up Django on it; yields its URL."""
    with tempfile.TemporaryDirectory(prefix="media-library-benchmark-") as folder, postgres_server(**SERVER) as url:
        os.environ |= {
            "DATABASE_URL": url,
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "THROTTLING": "false",
        }
        Path(folder, "static").mkdir()
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
        import django

        django.setup()
        yield url


@contextmanager
def web_server() -> Iterator[HTTPConnection]:
    """Start one server process as production runs it; yields a connection to it that is kept open."""
    port = free_port()
    environment = os.environ | {"HOST": "127.0.0.1", "PORT": str(port), "WEB_WORKERS": "1", "WEB_THREADS": "4"}
    server = subprocess.Popen([sys.executable, "-m", "config.serve"], cwd=ROOT, env=environment)
    connection = HTTPConnection("127.0.0.1", port)
    try:
        wait_until_served(connection)
        yield connection
    finally:
        connection.close()
        server.terminate()
        server.wait()


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_served(connection: HTTPConnection, seconds: float = 30) -> None:
    """Wait until the server answers a request. Raises RuntimeError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            response.read()
            return
        except OSError:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError("The web server did not start.")
