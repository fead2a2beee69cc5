"""PostgreSQL, Redis and S3, each behind a proxy, and what `scripts/run` starts in front of them."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import urllib3

from tests.fault_proxy import FaultProxy
from tests.postgres import postgres_server
from tests.programs import free_ports
from tests.redis_server import running_redis
from tests.s3_server import running_server

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 180


@dataclass
class Installation:
    """Where the server is, its neighbours' proxies by name, and the password of the demonstration's people."""

    url: str
    password: str
    proxies: dict[str, FaultProxy]
    direct: dict[str, str]
    log: Path

    def manage(self, *arguments: str) -> tuple[int, str]:
        """Run a command past the proxies; returns its exit code and what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.direct, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.returncode, done.stdout


@contextmanager
def installation(port: int = 0) -> Iterator[Installation]:
    """Start everything on loopback; all of it is gone afterwards. Raises NoServer, AssertionError."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="media-library-drill-")))
        database = stack.enter_context(postgres_server())
        redis = stack.enter_context(running_redis(folder))
        s3 = stack.enter_context(running_server())
        targets = {"PostgreSQL": _port(database), "Redis": redis.port, "S3": _port(s3.endpoint)}
        proxies = {name: stack.enter_context(FaultProxy(target)) for name, target in targets.items()}
        password = secrets.token_urlsafe(12)
        direct = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "REDIS_URL": redis.url,
            "TASKS_BACKEND": "rq",
            "MEDIA_BUCKET": s3.new_bucket(),
            "ASSETS_BUCKET": s3.new_bucket(),
            # Clients send to the store itself: what they find there is no answer of ours.
            **{name: str(value) for name, value in s3.settings().items()},
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "DEMO_PASSWORD": password,
            "HOST": "127.0.0.1",
            "PORT": str(port or free_ports(1)[0]),
        }
        proxied = direct | {
            "DATABASE_URL": _through(database, proxies["PostgreSQL"]),
            "REDIS_URL": _through(redis.url, proxies["Redis"]),
            "S3_ENDPOINT_URL": _through(s3.endpoint, proxies["S3"]),
        }
        log = folder / "server.log"
        stack.enter_context(_served(proxied, log))
        yield Installation(f"http://127.0.0.1:{direct['PORT']}", password, proxies, direct, log)


@contextmanager
def _served(environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.serve"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{environment['PORT']}/readyz", process, log)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        try:
            if urllib3.request("GET", url, timeout=5, retries=False).json()["status"] == "ready":
                return
        except (urllib3.exceptions.HTTPError, ValueError):
            pass
        time.sleep(0.2)


def _port(url: str) -> int:
    return urlsplit(url).port or 0


def _through(url: str, proxy: FaultProxy) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{proxy.port}")))
