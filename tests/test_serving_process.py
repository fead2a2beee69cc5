"""Downloads from the real server process: what they cost it, and what is left when they break off."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web_server import served
from tests.worker.installation import wait_until

MIB = 1024**2
SIZE = 5 * 1024 * MIB


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with served(tmp_path_factory.mktemp("served")) as running:
        running.address = running.public_sparse_file(SIZE)
        yield running


def begin(server, *, read):
    """Ask for the whole file, read so many bytes of it, and go away."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        request = f"GET {server.address} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n"
        connection.sendall(request.encode())
        first = connection.recv(65536)
        assert first.startswith(b"HTTP/1.1 206"), first[:200]
        left = read
        while left > 0:
            left -= len(connection.recv(65536))


def test_downloads_given_up_leave_no_file_open(server):  # SV-22
    with server.connection() as connection:
        connection.request("GET", server.address)
        connection.getresponse()
        assert server.open_files("original.mp4") == 1
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: begin(server, read=100_000), range(400)))
    wait_until(lambda: server.open_files("original.mp4") == 0)


def test_fifty_downloads_of_five_gigabytes_need_no_memory(server):  # SV-04
    begin(server, read=MIB)
    before, peak = server.worker.memory_info().rss, 0
    with ThreadPoolExecutor(50) as pool:
        downloads = [pool.submit(begin, server, read=8 * MIB) for _ in range(50)]
        while not all(download.done() for download in downloads):
            peak = max(peak, server.worker.memory_info().rss)
    for download in downloads:
        download.result()
    assert peak - before <= 64 * MIB


def test_the_end_of_a_large_file_is_reached_at_once(server):  # SV-01
    with server.connection() as connection:
        connection.request("GET", server.address, headers={"Range": "bytes=-3"})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (206, b"\0\0\0")
    assert answer.headers["Content-Range"] == f"bytes {SIZE - 3}-{SIZE - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == "3"


def test_head_tells_the_size_and_sends_nothing(server):  # SV-05
    with server.connection() as connection:
        for _ in range(100):  # on one connection: a body would be taken for the next answer
            connection.request("HEAD", server.address)
            answer = connection.getresponse()
            assert (answer.status, answer.headers["Content-Length"], answer.read()) == (200, str(SIZE), b"")
    wait_until(lambda: server.open_files("original.mp4") == 0)
