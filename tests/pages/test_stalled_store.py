"""The upload client in a real Chromium against a store that takes the connection and then reads nothing."""

import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.browser

CLIENT = Path(settings.BASE_DIR) / "static" / "dist" / "api.js"
SEND = """
async () => {
    const { libraryOf, sentence } = await import('/api.js')
    const seen = []
    const file = new File([new Uint8Array(40_000_000)], 'film.mp4')
    const session = { id: 'any', state: 'open', url: '/deaf', headers: {}, multipart: null }
    const options = { stallSeconds: 3, pauses: [], onProgress: ({ sent, total }) => seen.push(sent / total) }
    const error = await libraryOf().sendFile(session, file, options).catch((error) => error)
    return { code: error.code, sentence: sentence(error), most: seen.at(-1) }
}
"""


@contextmanager
def deaf_store():
    """A server with a page and the client; of a PUT it reads the first line and nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            taken.append(connection)
            threading.Thread(target=answer, args=[connection], daemon=True).start()

    def answer(connection):
        while (asked := connection.recv(4)) == b"GET ":
            is_script = connection.recv(65_536).startswith(b"/api.js")
            body = CLIENT.read_bytes() if is_script else b"<!doctype html><title>A front end</title>"
            kind = b"text/javascript" if is_script else b"text/html"
            head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
            connection.sendall(head + body)
        assert asked in (b"PUT ", b"")

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        for one in [listener, *taken]:
            one.close()


# FA-A7
def test_a_store_that_accepts_and_stops_reading_is_noticed(new_context):
    with deaf_store() as address:
        page = new_context(base_url=address).new_page()
        page.goto("/")
        seen = page.evaluate(SEND)
    assert (seen["code"], seen["sentence"]) == ("stalled", "The connection is stalled. Try again.")
    assert 0 < seen["most"] < 1  # some of it lies in the buffers of the line
