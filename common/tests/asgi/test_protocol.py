"""Connections to a real server in this process, with clocks that do not take long."""

import json
import socket
import threading
import time
from contextlib import closing

import pytest
import uvicorn

from common.asgi.bodies import Pace, receive_chunks
from common.asgi.protocol import BoundedProtocol
from common.asgi.server import listen, raise_file_limit
from tests.worker.installation import wait_until

LARGE = 8 * 1024**2


class Hasty(BoundedProtocol):
    header_seconds = write_seconds = 0.2


async def application(scope, receive, send):
    content = b"x" * (LARGE if scope["path"] == "/large" else 2)
    if scope["path"] == "/echo":
        content = b"".join([chunk async for chunk in receive_chunks(receive, Pace())])
    headers = [(b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["path"] == "/begun":
        await send({"type": "http.response.body", "body": content[:1], "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
    await send({"type": "http.response.body", "body": content, "more_body": False})


@pytest.fixture(scope="module")
def port():
    config = uvicorn.Config(
        application, http=Hasty, loop="uvloop", lifespan="off", log_config=None, timeout_keep_alive=1, ws="none"
    )
    server, listener = uvicorn.Server(config), listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()  # no request was left waiting for a client that is gone


def connect(port, sent=b"", *, buffer=0):
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.settimeout(5)
    connection.connect(("127.0.0.1", port))
    connection.sendall(sent)
    return closing(connection)


def rest(connection):
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def code_of(answer):
    """The code in an answer that ends its connection; its headers say how."""
    head, _, content = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head
    assert b"content-type: application/json" in head
    return json.loads(content)["errors"][0]["code"]


REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


# FA-B2
@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n", b"\r\n"])
def test_a_connection_whose_headers_do_not_end_is_ended(port, begun):
    with connect(port, begun) as connection:
        before = time.monotonic()
        answer = rest(connection)
    assert time.monotonic() - before < 2
    assert answer.startswith(b"HTTP/1.1 408") == bool(begun)
    assert not begun or code_of(answer) == "request_timeout"


# FA-B2
def test_headers_that_drip_are_ended_as_well(port):
    with connect(port, REQUEST) as connection:
        answered = connection.recv(65536)
        assert answered.startswith(b"HTTP/1.1 200")
        with pytest.raises(OSError):
            for _ in range(60):
                connection.sendall(b"\r\n")
                time.sleep(0.05)


# FA-B2
def test_headers_without_end_are_refused_by_their_size(port):
    with connect(port, b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000) as connection:
        answer = rest(connection)
    assert answer.startswith(b"HTTP/1.1 431")
    assert code_of(answer) == "headers_too_large"


# FA-B2
@pytest.mark.parametrize(
    ("path", "begun"),
    [
        (b"/begun", b"\r\nGET / HTTP/1.1\r\n"),
        (b"/begun", b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"),
        (b"/echo", b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"),
        (b"/echo", b"Transfer-Encoding: chunked\r\n\r\n1;"),
    ],
    ids=["of the next request", "behind a body", "behind a body that is awaited", "of a chunk"],
)
@pytest.mark.parametrize("line", [b"X: " + b"x" * 1000 + b"\r\n", b"x" * 1000], ids=["lines", "one line"])
def test_headers_without_end_are_refused_while_a_request_is_under_way(port, path, begun, line):
    with connect(port, b"POST %s HTTP/1.1\r\nHost: x\r\n%s" % (path, begun)) as connection:
        time.sleep(0.05)
        with pytest.raises(OSError):
            for _ in range(20):
                connection.sendall(line * 100)
                time.sleep(0.01)


def test_a_body_in_small_chunks_is_no_header(port):
    chunks = b"1\r\nx\r\n" * 50_000
    with connect(port, b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n") as connection:
        connection.sendall(chunks + b"0\r\n\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 200")


def test_a_connection_is_kept_for_the_next_request(port):
    with connect(port) as connection:
        for _ in range(3):
            connection.sendall(REQUEST)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(0.15)


# FA-B2
def test_a_client_that_reads_nothing_is_ended(port):
    with connect(port, REQUEST.replace(b"/ ", b"/large "), buffer=4096) as connection:
        time.sleep(1)
        assert len(rest(connection)) < LARGE


def test_a_client_that_reads_slowly_gets_everything(port):
    with connect(port, REQUEST.replace(b"/ ", b"/large "), buffer=65536) as connection:
        received = 0
        while received < LARGE:
            received += len(connection.recv(256 * 1024))
            time.sleep(0.005)
    assert received >= LARGE


@pytest.mark.parametrize(
    "doubtful",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: -1\r\n",
        b"X-Organization : a\r\n",
        b" folded: a\r\n",
    ],
)
def test_what_two_servers_might_read_differently_is_refused(port, doubtful):
    with connect(port, b"POST / HTTP/1.1\r\nHost: x\r\n" + doubtful + b"\r\n{}") as connection:
        answer = rest(connection)
    assert answer.startswith(b"HTTP/1.1 400")
    assert code_of(answer) == "bad_request"


# FA-B3
@pytest.mark.parametrize("behind", [b"", REQUEST], ids=["next", "behind another request"])
def test_what_cannot_be_read_leaves_an_answer_under_way_as_it_is(port, behind):
    with connect(port, REQUEST.replace(b"/ ", b"/begun ")) as connection:
        received = connection.recv(65536)
        connection.sendall(behind + b"GARBAGE\r\n\r\n")
        received += rest(connection)
    assert received.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 400" not in received


OFFER = b"Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n"


# What Java's HTTP client and `curl --http2` send.
@pytest.mark.parametrize("apart", [False, True], ids=["at once", "body apart"])
@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"", b""),
        (b"Content-Length: 4\r\n", b"GET "),
        (b"Transfer-Encoding: chunked\r\n", b"2\r\nGE\r\n2\r\nT \r\n0\r\n\r\n"),
    ],
    ids=["no body", "length", "chunks"],
)
def test_another_protocol_that_is_offered_is_not_taken_and_the_body_is_read(port, framing, body, apart):
    with connect(port) as connection:
        for _ in range(2):
            head = b"POST /echo HTTP/1.1\r\n" + OFFER + framing + b"\r\n"
            connection.sendall(head if apart else head + body)
            if apart:
                time.sleep(0.05)
                connection.sendall(body)
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.partition(b"\r\n\r\n")[2] == (b"GET " if body else b"")
        connection.sendall(REQUEST)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_as_many_files_may_be_open_as_the_system_allows():
    import resource

    raise_file_limit()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard
