"""Requests on one connection and on eight, with the processor time of the server that answers them."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from benchmarks.installation import ROOT, free_port, wait_until_served

CONNECTIONS = 8
SLICE = 1.0  # seconds of eight connections on one side before the other's turn


@dataclass
class Server:
    """A server process, and a connection to it that is kept open."""

    process: subprocess.Popen[bytes]
    port: int
    connection: HTTPConnection

    def processor(self) -> float:
        """Return the seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(application: str, **environment: str) -> Iterator[Server]:
    """Serve `application` ("module:name") by the project's web server, in one process with four threads."""
    port = free_port()
    command = f"from common.asgi.server import serve; serve({application!r}, host='127.0.0.1', port={port})"
    values = os.environ | {"WEB_WORKERS": "1", "WEB_THREADS": "4"} | environment
    process = subprocess.Popen([sys.executable, "-c", command], cwd=ROOT, env=values)
    connection = HTTPConnection("127.0.0.1", port)
    try:
        wait_until_served(connection)
        yield Server(process, port, connection)
    finally:
        connection.close()
        process.terminate()
        process.wait()


@dataclass
class Side:
    """One address of one server, and what its requests took."""

    server: Server
    path: str
    headers: dict[str, str]
    status: int = 200
    times: list[float] = field(default_factory=list)  # milliseconds, one connection
    count: int = 0  # answers on eight connections
    seconds: float = 0.0
    processor: float = 0.0

    def ask(self, connection: HTTPConnection) -> None:
        connection.request("GET", self.path, headers=self.headers)
        response = connection.getresponse()
        body = response.read()
        assert response.status == self.status, (response.status, body[:500])

    def one(self) -> None:
        start = time.perf_counter()
        self.ask(self.server.connection)
        self.times.append((time.perf_counter() - start) * 1000)

    def many(self) -> None:
        """Ask on eight connections for a slice of time."""
        ends, counts, used = time.perf_counter() + SLICE, [0] * CONNECTIONS, self.server.processor()
        start = time.perf_counter()
        _at_once(lambda number: self._until(ends, counts, number))
        self.seconds += time.perf_counter() - start
        self.processor += self.server.processor() - used
        self.count += sum(counts)

    def _until(self, ends: float, counts: list[int], number: int) -> None:
        connection = HTTPConnection("127.0.0.1", self.server.port)
        while time.perf_counter() < ends:
            self.ask(connection)
            counts[number] += 1
        connection.close()

    @property
    def milliseconds(self) -> float:
        return median(self.times)

    @property
    def rate(self) -> float:
        """Answers a second, on eight connections."""
        return self.count / self.seconds

    @property
    def processor_milliseconds(self) -> float:
        """Of the server, for one answer on eight connections."""
        return self.processor / self.count * 1000


def take_turns(sides: list[Side], *, times: int, slices: int) -> None:
    """Ask all sides in turn, so that noise meets all of them alike."""
    for side in sides:
        for _ in range(20):  # plans, connections
            side.ask(side.server.connection)
        side.many()
        side.times, side.count, side.seconds, side.processor = [], 0, 0.0, 0.0
    for _ in range(times):
        for side in sides:
            side.one()
    for _ in range(slices):
        for side in sides:
            side.many()


def _at_once(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
