"""The real server, alone and behind nginx, with clients that are slow, silent or rude."""

import json
import socket
import time
from contextlib import ExitStack, closing
from http.client import HTTPResponse

import pytest
import requests

from tests.nginx import WITHOUT, program
from tests.nginx import nginx as running_nginx
from tests.web_server import free_port, served
from tests.worker.installation import family, wait_until

MIB = 1024**2
SIZE = 24 * MIB
SENDERS = 30  # more than threads and then some
PROMPT = 3.0  # seconds, on a machine that may be busy: a server that waits for a body takes RECEIVE_TIMEOUT


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    environment = {"RECEIVE_TIMEOUT": "5", "DJANGO_SETTINGS_MODULE": "tests.full_disk"}
    with served(tmp_path_factory.mktemp("served"), **environment) as running:
        running.address = running.public_sparse_file(SIZE)
        [running.small_put] = running.signed_puts(5, ["o/small.txt"])
        [running.large_put] = running.signed_puts(8 * MIB, ["o/large.txt"])
        is_prompt(running.port)  # the first list takes longer
        yield running


@pytest.fixture(
    scope="module",
    params=["alone", pytest.param("nginx", marks=pytest.mark.skipif(program() is None, reason=WITHOUT))],
)
def port(request, server):
    """Where clients connect to."""
    if request.param == "alone":
        yield server.port
        return
    front = free_port()
    with running_nginx(server_port=server.port, port=front, data=server.installation.folder):
        yield front


def is_prompt(port):
    """Whether liveness and a list come at once."""
    for path in ("/healthz", "/api/v1/uploads/?limit=50"):
        began = time.monotonic()
        answer = requests.get(f"http://127.0.0.1:{port}{path}", timeout=10)
        assert answer.status_code == 200
        if time.monotonic() - began > PROMPT:
            return False
    return True


def stalled(port, method, path, *, length=1000, body=b"{", content_type="text/plain"):
    """A request whose body stops after `body`; returns the connection."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {length}"
    connection.sendall(f"{head}\r\n\r\n".encode() + body)
    return closing(connection)


def answer_of(connection):
    """The status and the whole body, in however many pieces they come."""
    answer = HTTPResponse(connection)
    answer.begin()
    return answer.status, answer.read()


# FA-B1
def test_an_upload_that_stops_without_closing_stops_nobody(server, port):
    with stalled(port, "PUT", server.small_put, length=5, body=b"he") as connection:
        assert is_prompt(port)
        status, body = answer_of(connection)
        assert status == 408
        assert json.loads(body)["errors"][0]["code"] == "request_timeout"
        assert is_prompt(port)
    temporary = server.installation.folder / "media" / ".tmp"
    wait_until(lambda: not list(temporary.glob("*")))


# FA-B2
@pytest.mark.parametrize(
    ("method", "path", "content_type"),
    [
        ("POST", "/api/v1/auth/token/", "application/json"),
        ("POST", "/admin/login/", "application/x-www-form-urlencoded"),
        ("POST", "/api/v1/uploads/", "multipart/form-data; boundary=x"),
        ("PUT", "/storage/media/made-up", "text/plain"),
        ("GET", "/api/v1/uploads/", "application/json"),
    ],
)
def test_slow_senders_stop_nobody(port, method, path, content_type):
    with ExitStack() as senders:
        for _ in range(SENDERS):
            senders.enter_context(stalled(port, method, path, content_type=content_type))
        assert is_prompt(port)
    assert is_prompt(port)


# FA-B2
def test_slow_readers_stop_nobody_and_leave_no_file_open(server, port):
    with ExitStack() as readers:
        for _ in range(SENDERS):
            connection = readers.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=20)))
            connection.sendall(f"GET {server.address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert is_prompt(port)
    wait_until(lambda: server.open_files("original.mp4") == 0)


# FA-B3
@pytest.mark.parametrize("size", [60_000, 3 * MIB])
@pytest.mark.parametrize(
    ("status", "method", "path", "content_type"),
    [
        (405, "DELETE", "/api/v1/auth/token/", "application/json"),
        (415, "POST", "/api/v1/auth/token/", "text/csv"),
        (403, "PUT", "/storage/media/made-up", "text/plain"),
        (401, "POST", "/api/v1/uploads/", "multipart/form-data; boundary=x"),
        (404, "POST", "/nowhere/", "text/plain"),
    ],
)
def test_a_refusal_reaches_the_client_and_the_next_request_is_not_lost(port, status, method, path, content_type, size):
    with requests.Session() as session:
        for _ in range(20):
            url, headers = f"http://127.0.0.1:{port}{path}", {"Content-Type": content_type}
            answer = session.request(method, url, data=b"x" * size, headers=headers, timeout=20)
            assert answer.status_code == status
            assert session.get(f"http://127.0.0.1:{port}/healthz", timeout=20).status_code == 200


# FA-B3
def test_a_full_disk_is_told_in_the_middle_of_a_body(server, port):
    answer = requests.put(
        f"http://127.0.0.1:{port}{server.large_put}",
        data=b"x" * 8 * MIB,
        headers={"Content-Type": "text/plain"},
        timeout=20,
    )
    assert answer.status_code == 507
    assert answer.json()["errors"][0]["code"]


# FA-B3
def test_too_large_a_body_is_refused_in_the_error_shape(port):
    url = f"http://127.0.0.1:{port}/api/v1/auth/token/"
    for size in (4 * MIB, 70 * MIB):
        answer = requests.post(url, data=b"x" * size, headers={"Content-Type": "application/json"}, timeout=20)
        assert answer.status_code == 413
        assert answer.json()["errors"][0]["code"] == "request_too_large"


# FA-B12
@pytest.mark.parametrize("name", ["X_Organization", "X-Organization_", "X_ORGANIZATION"])
def test_a_name_with_an_underscore_is_not_taken_for_the_header(port, name):
    url = f"http://127.0.0.1:{port}/api/v1/uploads/"
    assert requests.get(url, headers={"X-Organization": "elsewhere"}, timeout=20).status_code == 401
    assert requests.get(url, headers={name: "elsewhere"}, timeout=20).status_code == 200


# FA-B12
@pytest.mark.parametrize("name", ["X-Organization", "Authorization", "X-Request-Id"])
@pytest.mark.parametrize("value", ["café".encode(), "caf\xe9".encode("latin-1")])
def test_a_header_that_cannot_be_read_is_refused(port, name, value):
    answer = requests.get(f"http://127.0.0.1:{port}/api/v1/uploads/", headers={name: value}, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "unreadable_header"


def test_a_body_in_chunks_is_read_as_any_other(port):
    url = f"http://127.0.0.1:{port}/api/v1/auth/token/"
    body = iter([b'{"username": "a", ', b'"password": "b"}'])
    answer = requests.post(url, data=body, headers={"Content-Type": "application/json"}, timeout=20)
    assert answer.status_code in {400, 401}
    assert answer.json()["errors"][0]["code"] != "required"


def test_an_upload_is_stored_and_its_tag_returned(server, port):
    [path] = server.signed_puts(900_000, [f"o/{port}.txt"])
    url = f"http://127.0.0.1:{port}{path}"
    answer = requests.put(url, data=b"x" * 900_000, headers={"Content-Type": "text/plain"}, timeout=20)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"]
    assert answer.headers["X-Request-Id"]
    assert (server.installation.folder / "media" / "o" / f"{port}.txt").stat().st_size == 900_000
    again = requests.put(url, data=b"x" * 900_000, headers={"Content-Type": "text/plain"}, timeout=20)
    assert again.status_code == 412


def test_several_processes_serve_and_stop_soon_though_a_client_is_in_the_middle(tmp_path):
    with served(tmp_path, WEB_WORKERS="2") as server, stalled(server.port, "POST", "/api/v1/auth/token/"):
        workers = [process for process in family(server.process) if process.num_threads() > 1]
        assert len(workers) == 2
        server.process.terminate()
        server.process.wait(30)
        wait_until(lambda: not any(worker.is_running() for worker in workers))
