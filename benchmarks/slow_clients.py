"""Slow, silent and rude clients for a minute, on loopback: does the server go on answering everyone else?

200 senders of a byte every few seconds on four routes, 200 readers who never read a 24 MB file, and 50 uploads that
stall without closing, all at once, each coming back when it is given up. `--nginx` puts nginx with deploy/nginx in
front.
Fails above a second at p95 for `/healthz` or a list of 50, above 200 MB of memory, or where anything lingers on.
"""

import argparse
import select
import selectors
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from statistics import quantiles

import django
import psutil

SENDERS, READERS, UPLOADS = 200, 200, 50
FILE = 24 * 1024**2
PROMPT, MEMORY = 1.0, 200 * 1024**2
BYTE_EVERY = 3.0  # seconds
ROUTES = (
    ("POST", "/api/v1/auth/token/", "application/json"),
    ("POST", "/api/v1/uploads/", "multipart/form-data; boundary=x"),
    ("POST", "/admin/login/", "application/x-www-form-urlencoded"),
    ("PUT", "/storage/media/made-up", "image/png"),
)


@dataclass
class Crowd:
    """Clients that connect, send how they begin, drip if they do, and come back when they are answered or ended."""

    port: int
    beginnings: list[bytes]
    drips: bool = False
    reads: bool = True  # whether an answer is the end
    connections: dict[socket.socket, bytes] = field(default_factory=dict)
    came_back: int = 0

    def keep_up(self) -> None:
        """Once around: replace those that the server has ended, and drip a byte each."""
        with selectors.DefaultSelector() as readable:
            for connection in self.connections:
                readable.register(connection, selectors.EVENT_READ)
            ready = {key.fileobj for key, _ in readable.select(0)} if self.connections else set()
        for connection, beginning in list(self.connections.items()):
            if self._has_ended(connection, is_ready=connection in ready):
                connection.close()
                del self.connections[connection]
                self.came_back += 1
                self.connect(beginning)

    def connect(self, beginning: bytes) -> None:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(beginning)
        self.connections[connection] = beginning

    def _has_ended(self, connection: socket.socket, *, is_ready: bool) -> bool:
        try:
            if self.drips:
                connection.sendall(b"x")
            return is_ready if self.reads else has_hung_up(connection)
        except OSError:
            return True


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other end is gone, though bytes of it may still wait to be read."""
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return bool(poll.poll(0))


class Stage:
    """All crowds, in a thread of their own."""

    def __init__(self, *crowds: Crowd) -> None:
        self.crowds = crowds
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._perform)

    def __enter__(self) -> "Stage":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        for crowd in self.crowds:
            for connection in crowd.connections:
                connection.close()

    def _perform(self) -> None:
        for crowd in self.crowds:
            for beginning in crowd.beginnings:
                crowd.connect(beginning)
        while not self._is_over.wait(BYTE_EVERY):
            for crowd in self.crowds:
                crowd.keep_up()


def request(method: str, path: str, *, content_type: str = "", length: int = 0) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
    if length:
        head += f"Content-Type: {content_type}\r\nContent-Length: {length}\r\n"
    return f"{head}\r\n".encode()


def crowds(port: int, address: str, uploads: list[str]) -> list[Crowd]:
    routes = cycle(ROUTES)
    senders = [
        request(method, path, content_type=kind, length=20_000)
        for method, path, kind in (next(routes) for _ in range(SENDERS))
    ]
    stalled = [request("PUT", path, content_type="text/plain", length=1000) + b"x" * 10 for path in uploads]
    return [
        Crowd(port, senders, drips=True),
        Crowd(port, [request("GET", address)] * READERS, reads=False),
        Crowd(port, stalled),
    ]


def timed(port: int, path: str) -> float:
    """Seconds that one answer took, on a connection of its own; ten and more for none."""
    connection, began = HTTPConnection("127.0.0.1", port, timeout=10), time.monotonic()
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return time.monotonic() - began if answer.status == 200 else 10.0
    except (OSError, HTTPException):
        return 10.0 + time.monotonic() - began
    finally:
        connection.close()


def measured(port: int, seconds: float, memory: Callable[[], int]) -> tuple[dict[str, list[float]], int]:
    """How long `/healthz` and a list of 50 took, in turn, and the most memory that was used meanwhile."""
    taken: dict[str, list[float]] = {"/healthz": [], "/api/v1/uploads/?limit=50": []}
    most, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for path, times in taken.items():
            times.append(timed(port, path))
        most = max(most, memory())
        time.sleep(0.1)
    return taken, most


@contextmanager
def front(server: object, *, with_nginx: bool) -> Iterator[int]:
    from tests.nginx import nginx
    from tests.web_server import Served, free_port

    assert isinstance(server, Served)
    if not with_nginx:
        yield server.port
        return
    port = free_port()
    with nginx(server_port=server.port, port=port, data=server.installation.folder):
        yield port


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nginx", action="store_true", help="put nginx with deploy/nginx in front")
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    django.setup()
    from tests.web_server import served

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="media-library-slow-")))
        server = stack.enter_context(served(folder, THROTTLING="false"))
        port = stack.enter_context(front(server, with_nginx=options.nginx))
        address = server.public_sparse_file(FILE)
        uploads = server.signed_puts(1000, [f"o/{number}.txt" for number in range(UPLOADS)])

        def memory() -> int:
            return server.worker.memory_info().rss

        quiet, _ = measured(port, 5, memory)
        before = memory()
        with Stage(*crowds(port, address, uploads)) as stage:
            time.sleep(2)
            busy, most = measured(port, options.seconds, memory)
        after, _ = measured(port, 5, memory)
        time.sleep(1)
        left = len(server.worker.net_connections(kind="tcp")) - 1
        return report(quiet, busy, after, growth=most - before, left=left, stage=stage)


def report(*phases: dict[str, list[float]], growth: int, left: int, stage: Stage) -> int:
    from benchmarks.measuring import print_table

    rows = [
        (path, *(f"{p95(phase[path]) * 1000:.0f}" for phase in phases), f"{max(phases[1][path]) * 1000:.0f}")
        for path in phases[0]
    ]
    print_table(("p95, ms", "before", "meanwhile", "afterwards", "longest"), rows)
    came_back = ", ".join(str(crowd.came_back) for crowd in stage.crowds)
    print(f"\nMemory grew by {growth / 1024**2:.0f} MB. Senders, readers and uploads that were ended: {came_back}.")
    print(f"Connections that are left: {left}. Load of the machine: {psutil.getloadavg()[0]:.1f}.")
    slow = [path for path in phases[0] if p95(phases[1][path]) > PROMPT or p95(phases[2][path]) > PROMPT]
    return 1 if slow or growth > MEMORY or left > 2 else 0


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.testing")
    sys.exit(main())
