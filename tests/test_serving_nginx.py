"""The hand-over to nginx, with the configuration that the documentation shows."""

from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.nginx import WITHOUT, program
from tests.nginx import nginx as running_nginx
from tests.web_server import free_port, served

pytestmark = pytest.mark.skipif(program() is None, reason=WITHOUT)

SIZE = 1024 * 1024


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    """The port of an nginx in front of the real server, and the address of a public file there."""
    with served(tmp_path_factory.mktemp("served"), X_ACCEL_PREFIX="/_files") as server:
        address, port = server.public_sparse_file(SIZE), free_port()
        with running_nginx(server_port=server.port, port=port, data=server.installation.folder):
            yield port, address


def ask(port, address, method="GET", **headers):
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, address, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read()


def test_nginx_sends_the_bytes_with_every_header_of_ours(nginx):  # SV-10
    port, address = nginx
    answer, body = ask(port, address)
    assert (answer.status, len(body)) == (200, SIZE)
    assert answer.headers["Server"].startswith("nginx")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "Cookie" in answer.headers["Vary"]
    assert "X-Accel-Redirect" not in answer.headers
    assert len(answer.headers.get_all("ETag")) == len(answer.headers.get_all("Last-Modified")) == 1


def test_the_one_tag_of_a_file_works_through_nginx(nginx):  # SV-06
    port, address = nginx
    tag = ask(port, address)[0].headers["ETag"]
    assert ask(port, address, If_None_Match=tag)[0].status == 304
    assert ask(port, address, If_None_Match='"another"')[0].status == 200
    assert ask(port, address, If_Match=tag)[0].status == 200
    assert ask(port, address, If_Match='"another"')[0].status == 412
    assert ask(port, address, Range="bytes=0-1", If_Range=tag)[0].status == 206
    assert ask(port, address, Range="bytes=0-1", If_Range='"another"')[0].status == 200


def test_ranges_and_head_work_through_nginx(nginx):  # SV-01, SV-02, SV-05
    port, address = nginx
    answer, body = ask(port, address, Range="bytes=-5")
    assert (answer.status, body, answer.headers["Content-Range"]) == (
        206,
        bytes(5),
        f"bytes {SIZE - 5}-{SIZE - 1}/{SIZE}",
    )
    assert ask(port, address, Range=f"bytes={SIZE}-")[0].status == 416
    answer, body = ask(port, address, method="HEAD")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, str(SIZE), b"")


def test_the_folder_behind_it_cannot_be_asked_for(nginx):  # SV-13
    port, _ = nginx
    for path in ("/_files/media/", "/_files/db.sqlite3", "/_files/media/../db.sqlite3", "/_files/media/x"):
        assert ask(port, path)[0].status == 404
