"""The files of `deploy/` are accepted by the programs that read them."""

import re
import shutil
import socket
import ssl
import subprocess
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils import timezone

from tests.nginx import TEMPORARY, WITHOUT, accepts, install, program, run
from tests.web_server import free_port
from tests.worker.installation import wait_until

ROOT = Path(__file__).resolve().parent.parent
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_a_unit(unit, tmp_path):
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for each in UNITS:  # a timer names its service; the programs and the account are not on this machine
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={program}", each.read_text(), flags=re.MULTILINE)
        (tmp_path / each.name).write_text(re.sub(r"^(User|Group)=.*", r"\1=root", text, flags=re.MULTILINE))
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=one", tmp_path / unit.name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_a_unit_runs_a_program_of_this_repository_as_its_own_account(unit):
    lines = dict(line.split("=", 1) for line in unit.read_text().splitlines() if re.match(r"\w+=", line))
    words = lines["ExecStart"].replace("/opt/media-library/.venv/bin/python -m config.serve", "config/serve.py")
    [path] = [word for word in words.split() if (ROOT / word.replace("/opt/media-library/", "")).is_file()][:1]

    assert path
    assert (lines["User"], lines["EnvironmentFile"]) == ("media-library", "/etc/media-library.env")
    assert lines["ProtectSystem"] == "strict"


@pytest.fixture
def certificate(tmp_path):
    """A certificate of media.example.com, signed by itself, and its key: the two paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "media.example.com")])
    now = timezone.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now.replace(year=2100))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("media.example.com")]), critical=False)
        .sign(key, SHA256())
    )
    paths = tmp_path / "fullchain.pem", tmp_path / "privkey.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    paths[1].write_bytes(key.private_bytes(*private))
    return paths


@pytest.fixture
def ports(tmp_path, certificate):
    """nginx with the shipped files on two free ports; yields those of HTTP and of HTTPS."""
    if program() is None:
        pytest.skip(WITHOUT)
    plain, encrypted = free_port(), free_port()
    install(tmp_path, tmp_path)
    here = {
        "/etc/letsencrypt/live/media.example.com": str(tmp_path),
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        "listen [::]:443 ssl default_server;": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{encrypted} ssl",
        "127.0.0.1:8000": f"127.0.0.1:{free_port()}",
    }
    text = (tmp_path / "media-library.conf").read_text()
    for shown, instead in here.items():
        assert shown in text
        text = text.replace(shown, instead)
    temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in TEMPORARY)
    main = f"pid {tmp_path}/pid; events {{ worker_connections 4096; }} http {{ {temporary}{text} }}"
    (tmp_path / "nginx.conf").write_text(main)
    process = run(tmp_path)
    try:
        wait_until(lambda: accepts(encrypted))
        yield plain, encrypted
    finally:
        process.terminate()
        process.wait()


def test_http_leads_to_https_and_keeps_the_address(ports):
    with closing(HTTPConnection("127.0.0.1", ports[0], timeout=10)) as connection:
        connection.request("GET", "/files/1/a.png?download=1", headers={"Host": "media.example.com"})
        answer = connection.getresponse()

    assert answer.status == 308
    assert answer.headers["Location"] == "https://media.example.com/files/1/a.png?download=1"


def test_https_serves_our_name_alone_with_the_error_shape(ports, certificate):
    trusting = ssl.create_default_context(cafile=certificate[0])
    with socket.create_connection(("127.0.0.1", ports[1]), timeout=10) as plain:
        connection = HTTPSConnection("media.example.com", timeout=10)
        with closing(connection):
            connection.sock = trusting.wrap_socket(plain, server_hostname="media.example.com")
            connection.request("GET", "/api/v1/me/")
            answer = connection.getresponse()
            assert answer.status == 503  # no application is behind it here
            assert b'"code": "unavailable"' in answer.read()
    with (
        socket.create_connection(("127.0.0.1", ports[1]), timeout=10) as plain,
        pytest.raises(ssl.SSLError),
    ):
        trusting.wrap_socket(plain, server_hostname="other.example.com")
