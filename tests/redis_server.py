"""A real Redis for tests, gone afterwards."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.programs import found_or_installed, free_ports

WITHOUT = "no redis-server on this machine and none could be installed: the distributed engine is NOT tested here"


def program() -> str | None:
    """Where redis-server is, installed where that is possible."""
    return found_or_installed(lambda: shutil.which("redis-server"), "redis-server")


class RedisServer:
    """One server on a port of its own; it can be stopped and started again, forgetting everything."""

    def __init__(self, folder: Path):
        [self.port] = free_ports(1)
        self.folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(program()), *options, "--dir", str(self.folder)], stdout=log, stderr=log
            )
        deadline = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "redis.log").read_text()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder)
    try:
        yield server
    finally:
        server.stop()
