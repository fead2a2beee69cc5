"""A bucket whose server misbehaves: what callers see, how often it is asked, and what nobody gets to read."""

import logging
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from types import SimpleNamespace

import pytest
from botocore.exceptions import ReadTimeoutError

from common.resilience import deadlines
from common.resilience.circuit_breaker import Breaker, CircuitOpen
from tests.fault_proxy import PASS, SILENT, FaultProxy
from uploads.storage.contract import MissingObject, RemovalFailure, StoreUnavailable
from uploads.storage.s3 import S3Store, clients, errors, removal, timeouts

KEY = "org/uploads/1/secret-name.png"
ERROR = "<Error><Code>{code}</Code><Message>for testkey at http://inside.example</Message></Error>"


class Scripted(BaseHTTPRequestHandler):
    """Answers every request as the test says."""

    def answer(self):
        self.server.asked.append(self.command)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        script = self.server.script
        status, body, announced = script(self) if callable(script) else script
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(announced if announced is not None else len(body)))
        self.send_header("Last-Modified", "Wed, 01 Jan 2025 00:00:00 GMT")
        self.send_header("ETag", '"x"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def scripted_server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server(scripted_server):
    scripted_server.asked, scripted_server.script = [], (500, b"", None)
    return scripted_server


@pytest.fixture
def store(server, settings):
    settings.S3_ENDPOINT_URL = settings.S3_PUBLIC_ENDPOINT_URL = f"http://127.0.0.1:{server.server_port}"
    settings.S3_REGION, settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = "us-east-1", "testkey", "testsecret"
    return S3Store(bucket_name="media")


CALLS = {
    "head": lambda store: store.stat(KEY),
    "get": lambda store: list(store.read(KEY)),
    "put": lambda store: store.put(KEY, BytesIO(b"x"), content_type="image/png"),
    "delete": lambda store: store.remove([KEY]),
    "list": lambda store: list(store.walk()),
    "start": lambda store: store.start_multipart(KEY, content_type="image/png"),
    "parts": lambda store: store.list_parts(KEY, "upload"),
    "abort": lambda store: store.abort_multipart(KEY, "upload"),
    "unfinished": lambda store: list(store.unfinished()),
    "copy": lambda store: store.copy(KEY, "target"),
}


# ST-01
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "code"),
    [(500, "InternalError"), (503, "SlowDown"), (403, "AccessDenied"), (403, "RequestTimeTooSkewed"), (307, "Moved")],
)
def test_a_refusing_store_is_unavailable_and_says_nothing_of_where_or_who(
    store, server, caplog, monkeypatch, call, status, code
):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    server.script = (status, ERROR.format(code=code).encode(), None)
    with caplog.at_level(logging.INFO), pytest.raises(StoreUnavailable) as raised:
        CALLS[call](store)
    assert len(server.asked) <= 4  # one try, three more
    told = f"{raised.value} {raised.value.detail} {caplog.text}"
    for secret in ("testkey", "testsecret", "127.0.0.1", "inside.example", "secret-name", "Signature"):
        assert secret not in told
    assert raised.value.__suppress_context__


# ST-01
@pytest.mark.parametrize("call", ["list", "parts", "unfinished", "start"])
def test_malformed_xml_is_a_fault_of_the_store(store, server, monkeypatch, call):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    server.script = (200, b"<List", None)
    with pytest.raises(StoreUnavailable):
        CALLS[call](store)


# ST-01
def test_what_is_not_there_is_missing(store, server):
    server.script = (404, ERROR.format(code="NoSuchKey").encode(), None)
    assert store.stat(KEY) is None
    with pytest.raises(MissingObject):
        list(store.read(KEY))
    server.script = (404, ERROR.format(code="NoSuchUpload").encode(), None)
    with pytest.raises(MissingObject):
        store.list_parts(KEY, "upload")
    assert store.abort_multipart(KEY, "upload") is None


# ST-01
def test_a_bucket_that_is_not_there_is_no_missing_object(store, server):
    server.script = (404, ERROR.format(code="NoSuchBucket").encode(), None)
    with pytest.raises(StoreUnavailable):
        list(store.walk())


# ST-01
def test_nobody_at_that_address_is_a_fault_of_the_store(store, server, settings, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    settings.S3_ENDPOINT_URL = settings.S3_PUBLIC_ENDPOINT_URL = "http://127.0.0.1:1"
    with pytest.raises(StoreUnavailable):
        S3Store(bucket_name="media").stat(KEY)


# ST-03
@pytest.mark.parametrize("cut", [0, 1, 500, 999])
def test_a_body_that_is_cut_off_never_looks_complete(store, server, cut):
    server.script = (200, b"x" * cut, 1000)
    with pytest.raises(StoreUnavailable):
        list(store.read(KEY))


# ST-05, OC-07
def test_what_a_store_would_not_remove_is_told_key_by_key(store, server):
    failed = "<Error><Key>a</Key><Code>InternalError</Code></Error><Error><Key>b</Key><Code>NoSuchKey</Code></Error>"
    server.script = (200, f"<DeleteResult>{failed}</DeleteResult>".encode(), None)
    assert [(failure.key, failure.error) for failure in store.remove(["a", "b", "c"])] == [("a", "InternalError")]


def refusing_together(status, code):
    """A store that removes one object by one alone."""

    def script(request):
        if request.command == "POST":
            return status, ERROR.format(code=code).encode(), None
        return (500, ERROR.format(code="InternalError").encode(), None) if "stuck" in request.path else (204, b"", None)

    return script


# FA-C5
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "MissingContentMD5"),
        (400, "InvalidRequest"),
        (400, "InvalidArgument"),
        (405, "MethodNotAllowed"),
        (411, "MissingContentLength"),
        (501, "NotImplemented"),
    ],
)
def test_a_store_that_does_not_remove_many_at_once_is_asked_for_each(store, server, monkeypatch, status, code):
    monkeypatch.setattr(removal, "_single_only", set())
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    server.script = refusing_together(status, code)
    assert store.remove([f"a/{number}" for number in range(20)]) == []
    assert server.asked == [*["POST"] * (server.asked.count("POST")), *["DELETE"] * 20]
    server.asked.clear()
    assert store.remove(["a/1", "a/stuck"]) == [RemovalFailure("a/stuck", "InternalError")]
    assert "POST" not in server.asked  # remembered


# FA-C5
def test_a_store_that_refuses_single_deletes_as_well_is_asked_for_many_again(store, server, monkeypatch):
    monkeypatch.setattr(removal, "_single_only", set())
    server.script = (400, ERROR.format(code="InvalidRequest").encode(), None)
    assert store.remove(["a", "b"]) == [RemovalFailure("a", "InvalidRequest"), RemovalFailure("b", "InvalidRequest")]
    assert removal._single_only == set()


# FA-C5
def test_a_store_that_goes_away_between_single_deletes_is_unavailable(store, server, monkeypatch):
    monkeypatch.setattr(removal, "_single_only", {store.client.meta.endpoint_url})
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    server.script = lambda request: request.connection.shutdown(socket.SHUT_RDWR) or (204, b"", None)
    with pytest.raises(StoreUnavailable):
        store.remove([f"a/{number}" for number in range(50)])


@pytest.fixture
def silent(server, store, settings, monkeypatch):
    """The store behind a proxy that takes connections and answers nothing."""
    monkeypatch.setattr(clients, "_clients", {})
    monkeypatch.setattr(timeouts, "PROBE_INTERVAL", 0)
    monkeypatch.setattr(timeouts, "MIN_OUTAGE_SECONDS", 0)
    with FaultProxy(server.server_port) as proxy:
        settings.S3_ENDPOINT_URL = settings.S3_PUBLIC_ENDPOINT_URL = f"http://127.0.0.1:{proxy.port}"
        proxy.set(SILENT)
        yield proxy


# FA-C13
@pytest.mark.parametrize("call", CALLS)
def test_a_silent_store_is_waited_for_until_the_deadline_of_the_request(silent, monkeypatch, call):
    monkeypatch.setattr(timeouts, "READ_TIMEOUT_IN_REQUESTS", 0.1)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    store = S3Store(bucket_name="media")
    assert store.client
    began = time.monotonic()
    with deadlines.within(0.25), pytest.raises(StoreUnavailable):
        CALLS[call](store)
    assert time.monotonic() - began < 2
    with deadlines.within(0), pytest.raises(StoreUnavailable):  # no time is left: nothing is asked
        CALLS[call](store)


# FA-C13
def test_a_silent_store_is_found_out_by_one_request_at_a_time_until_it_answers(silent, server, monkeypatch):
    monkeypatch.setattr(timeouts, "READ_TIMEOUT_IN_REQUESTS", 0.1)
    store = S3Store(bucket_name="media")

    def ask():
        with deadlines.within(0.2):
            return store.stat(KEY)

    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            ask()
    probe = threading.Thread(target=ask_quietly, args=(ask,))
    probe.start()
    time.sleep(0.05)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        ask()
    assert time.monotonic() - began < 0.1
    probe.join()
    server.script = (200, b"", None)
    silent.set(PASS)
    assert ask().key == KEY


def ask_quietly(ask):
    with suppress(StoreUnavailable):
        ask()


# FA-C13
def test_no_try_is_repeated_once_the_store_was_found_silent():
    guard, context = timeouts._Guard(Breaker(failure_threshold=1)), {}
    request = SimpleNamespace(context=context)
    with deadlines.within(10):
        guard.begin(context=context)
        guard.begin_try(request, event_name="before-send.s3.HeadObject")
        guard.end_try(ReadTimeoutError(endpoint_url=""), request_dict={"context": context})
        with pytest.raises(CircuitOpen):
            guard.begin_try(request, event_name="before-send.s3.HeadObject")


# FA-C13
@pytest.mark.parametrize(("operation", "longest"), [("HeadObject", 4), ("CompleteMultipartUpload", 10)])
def test_what_takes_a_store_longer_gets_all_the_time_that_is_left(operation, longest):
    request = SimpleNamespace(context={"tries": 0})
    with deadlines.within(10):
        timeouts._Guard(Breaker()).begin_try(request, event_name=f"before-send.s3.{operation}")
    assert longest - 0.5 < request.context["read_timeout"] <= longest


# FA-C13
def test_background_work_may_wait_for_longer(store, server, monkeypatch):
    monkeypatch.setattr(timeouts, "READ_TIMEOUT_IN_REQUESTS", 0.1)
    server.script = lambda request: time.sleep(0.3) or (200, b"", None)
    assert store.stat(KEY).size == 0


def test_a_programming_error_is_not_taken_for_a_fault():
    with pytest.raises(KeyError), errors.faults("anything"):
        raise KeyError
