"""Secrets in addresses and headers never reach a log, whatever becomes of the request."""

import json
import logging
from contextlib import closing
from http.client import HTTPConnection
from subprocess import Popen

import pytest
from django.conf import settings

from config.logs import HIDDEN, RedactingFormatter, configure, redact
from tests.nginx import WITHOUT
from tests.nginx import program as found_nginx
from tests.web_server import free_port, served
from tests.worker.installation import wait_until

CONFIGURED = list(logging.root.handlers)  # by our settings
SIGNATURE = "u7Zb3" + "0aB_-" * 7 + "xyz"  # 43 characters of base64
LINK = f"{'0123456789abcdef' * 2}.{SIGNATURE}"
PERMIT = f"eyJhIjoxfQ:{SIGNATURE}"
HEX = "0123456789abcdef" * 4
SECRETS = [SIGNATURE, "s3cr3t"]


# FA-B9
@pytest.mark.parametrize(
    "line",
    [
        f"Requested Range Not Satisfiable: /s/{LINK}/quay.jpg",
        f"Not Found: /S/{LINK}/quay.jpg",
        f"Not Found: //s//{LINK}/quay.jpg",
        f"Not Found: /api/v1/s/{LINK}",
        f"Not Found: /{LINK}/quay.jpg",
        f"<WSGIRequest: GET '/s/{LINK}/quay.jpg?download=1'>",
        f"next=%2Fs%2F{LINK}%2Fquay.jpg",
        f"Bad Request: /storage/media/{PERMIT}",
        f"Bad Request: /storage/assets/{PERMIT.replace(':', '%3A')}",
        f"Forbidden: /playback/{PERMIT}/hls/master.m3u8",
        "Not Found: /s/s3cr3t",
        "Not Found: /playback/s3cr3t/file/a.mp4",
        f'"PUT https://b.s3.amazonaws.com/k?X-Amz-Credential=s3cr3t%2F2026&X-Amz-Signature={HEX} HTTP/1.1"',
        "GET /files/1/a.jpg?w=3&sig=s3cr3t&x=1",
        f"Authorization: Token {HEX}",
        "{'Authorization': 'Bearer s3cr3t-s3cr3t-s3cr3t', 'Accept': '*/*'}",
        "{'Cookie': 'sessionid=s3cr3t; csrftoken=s3cr3t'}",
        "connection to postgres://library:s3cr3t@db.example/library failed",
        f"Not Found: /auth/password/reset/MQ/{'c5q1zx-' + HEX[:32]}/",
        f"signature is AWS4-HMAC-SHA256 Signature={HEX}",
    ],
)
def test_a_line_is_written_without_the_secrets_in_it(line):
    cleaned = redact(line)
    assert HIDDEN in cleaned
    assert not [secret for secret in [*SECRETS, HEX, HEX[:32] + "/"] if secret in cleaned]


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /files/01a22279-a2dd-71d6-877b-3ec5b3ca51ff/quay.jpg",
        "Not Found: /playback/01a22279-a2dd-71d6-877b-3ec5b3ca51ff/master.m3u8",
        "Unauthorized: /api/v1/uploads/?tag=sea&search=token",
        'File "/srv/library/uploads/storage/disk/store.py", line 80, in receive',
        "Job 01a22279 (make_renditions) failed in attempt 2.",
    ],
)
def test_what_is_no_secret_is_left_alone(line):
    assert redact(line) == line


# FA-B9
def test_arguments_and_tracebacks_are_cleaned_as_messages_are():
    try:
        raise OSError(f"https://cdn.example/s/{LINK}/a.jpg did not answer")
    except OSError as error:
        trace = (OSError, error, error.__traceback__)
    record = logging.LogRecord("x", 40, "x.py", 1, "%s failed", (f"/storage/media/{PERMIT}",), trace)
    text = RedactingFormatter(logging.Formatter("%(message)s")).format(record)
    assert SIGNATURE not in text
    assert f"/storage/media/{HIDDEN} failed" in text
    assert "Traceback" in text


# FA-B9
def test_the_handlers_of_every_logger_are_cleaned_those_of_a_server_included(monkeypatch):
    own = logging.StreamHandler()
    monkeypatch.setattr(logging.getLogger("server.own"), "handlers", [own])
    monkeypatch.setattr(logging.root, "handlers", [])
    configure({"version": 1, "disable_existing_loggers": False})
    assert isinstance(own.formatter, RedactingFormatter)
    console = next(handler for handler in CONFIGURED if isinstance(handler, logging.StreamHandler))
    assert isinstance(console.formatter, RedactingFormatter)
    assert logging.getLogger("django").handlers == []


# FA-B9
def test_a_long_line_that_is_made_to_cost_much_costs_little():
    for line in ("/" * 60_000, "/s" * 30_000, "a://" * 15_000, "token " * 10_000, "?sig" * 15_000, "." * 60_000):
        redact(line)


_ADDRESSES = """
import json
from datetime import timedelta
from pathlib import Path
from django.conf import settings
from permissions.context import access_of
from tests.factories import make_member, make_organization, make_upload
from media_library.playback.tokens import new_playback_token
from uploads.sharing.links import create_share_link
from uploads.sharing.tokens import token_of
from uploads.storage import store
organization = make_organization("home", is_default=True)
owner = make_member(organization, "Creator", username="owner")
upload = make_upload(owner, organization, content=b"0123456789")
lost = make_upload(owner, organization, content=b"0123456789")
(settings.DATA_DIR / "media" / lost.key).unlink()
made = {}
for name, one in {"shared": upload, "lost": lost}.items():
    link = create_share_link(access=access_of(owner), upload=one, expires_in=timedelta(hours=2))
    made[name] = f"/s/{token_of(link.pk)}/{one.filename}"
ticket = store("media").sign_upload("a/b.txt", size=4, content_type="text/plain", expires_in=timedelta(hours=1))
made["put"] = "/storage/" + ticket.url.partition("/storage/")[2]
made["played"] = f"/playback/{new_playback_token(item_id=upload.pk, user_id=owner.pk, hls_key='').signed()}/file/a.mp4"
Path(settings.DATA_DIR, "addresses").write_text(json.dumps(made))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logged")
    with served(folder) as running:
        made = running.installation.manage("shell", "-v0", "-c", _ADDRESSES)
        assert made.wait() == 0, (folder / "log").read_text()
        running.addresses = json.loads((folder / "addresses").read_text())
        yield running


# FA-B9
def test_a_real_process_writes_no_secret_whatever_it_answers(server):
    def ask(method, address, body=None, **headers):
        with server.connection() as connection:
            connection.request(method, address, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            answer.read()
            return answer.status

    shared, lost, put, played = (server.addresses[name] for name in ("shared", "lost", "put", "played"))
    statuses = {
        ask("GET", shared, Range="bytes=99-"),
        ask("GET", shared, Host="elsewhere.example"),
        ask("GET", shared, If_Match='"x"'),
        ask("POST", shared, "x"),
        ask("GET", shared.replace("/s/", "/S/")),
        ask("GET", shared.replace("/s/", "//s/")),
        ask("GET", shared.rpartition("/")[0]),
        ask("GET", shared.replace("/s/", "/api/v1/s/")),
        ask("GET", lost),
        ask("PUT", put, "wrong", Content_Type="text/plain"),
        ask("PUT", put, "1234", Content_Type="image/png"),
        ask("DELETE", put),
        ask("PUT", put + "x", "1234"),
        ask("GET", played, Range="bytes=99-"),
        ask("DELETE", played),
        ask("GET", played.replace("/file/", "/nothing/")),
        ask("GET", "/files/x/y?sig=s3cr3t", Authorization=f"Token {HEX}"),
    }
    assert {400, 403, 404, 405} <= statuses
    log = (server.installation.folder / "log").read_text()
    assert HIDDEN in log
    secrets = [each.split("/")[2] for each in (shared, lost, played)] + [put.rpartition("/")[2], "s3cr3t", HEX]
    signatures = [secret[-43:] for secret in secrets[:4]]
    assert not [line for line in log.splitlines() if any(secret in line for secret in [*secrets, *signatures])]


@pytest.fixture
def nginx(tmp_path):
    """A function: the access log and the error log of an nginx with the shipped lines, after these requests."""
    program = found_nginx()
    if not program:
        pytest.skip(WITHOUT)
    lines = (
        (settings.BASE_DIR / "deploy" / "nginx" / "media-library-logs.conf")
        .read_text()
        .replace("/var/log/nginx", str(tmp_path))
    )
    port = free_port()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    away = "location /s/ { proxy_pass http://127.0.0.1:9; }"
    site = f"server {{ listen 127.0.0.1:{port}; location / {{ return 404; }} {away} }}"
    user = "user root;" if tmp_path.owner() == "root" else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user} pid {tmp_path}/pid; error_log {tmp_path}/early.log; events {{}} http {{ {folders} {lines} {site} }}"
    )
    process = Popen([program, "-e", tmp_path / "early.log", "-c", tmp_path / "nginx.conf", "-g", "daemon off;"])

    def logged(*addresses):
        wait_until(lambda: _asked(port, "/started"))
        for address in addresses:
            _asked(port, address)
        return (tmp_path / "media-library.log").read_text() + (tmp_path / "media-library-error.log").read_text()

    yield logged
    process.terminate()
    process.wait()


def _asked(port, address):
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("GET", address, headers={"Referer": "http://localhost/s/s3cr3t"})
            return connection.getresponse().status
    except OSError:
        return 0


# FA-B9
def test_the_shipped_lines_keep_secrets_out_of_the_log_of_nginx(nginx):
    log = nginx(
        "/s/s3cr3t/a.jpg", "/storage/media/s3cr3t", "/playback/s3cr3t/a", "//S//s3cr3t", "/files/1/a.jpg?sig=s3cr3t"
    )
    assert [line.split('"')[1] for line in log.splitlines()][-5:] == [
        "GET /s/[hidden]",
        "GET /storage/media/[hidden]",
        "GET /playback/[hidden]",
        "GET //S//[hidden]",
        "GET /files/1/a.jpg",
    ]
    assert "s3cr3t" not in log
