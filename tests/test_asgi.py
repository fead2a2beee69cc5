"""The ASGI application as it is put together, in this process and without a database."""

import json
import threading
from functools import partial

import pytest
from django.conf import settings as configured
from django.http import HttpResponse, StreamingHttpResponse

from common.asgi import pool as pools
from common.asgi.bodies import Pace
from common.asgi.handler import Handler
from common.asgi.pool import ThreadPool
from common.asgi.spool import SpoolBudget, SpooledBody
from config.web import application
from tests.asgi import Connection, run, scope_of

HOST = ("Host", "testserver")


def ask(method, path, headers=(), connection=None):
    return run(application, scope_of(method, path, [HOST, *headers]), connection)


def test_middleware_and_views_answer_as_under_wsgi():
    answer = ask("OPTIONS", "/healthz")
    assert answer.status == 405
    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_address_is_told_in_the_error_shape():
    answer = ask("GET", "/api/v1/nowhere/")
    assert (answer.status, answer.code) == (404, "not_found")


# FA-B3
@pytest.mark.parametrize("size", [10, configured.DATA_UPLOAD_MAX_MEMORY_SIZE + 1])
def test_a_refusal_that_needs_no_body_is_the_same_whatever_its_size(size):
    connection = Connection([b"x" * 10])
    answer = ask("POST", "/storage/media/made-up", [("Content-Length", str(size))], connection)
    assert (answer.status, answer.code) == (403, "permission_denied")
    assert answer.is_complete


# FA-B12
def test_a_header_whose_name_has_an_underscore_is_dropped():
    class Seen(Handler):
        def get_response(self, request):
            return HttpResponse(json.dumps([request.headers.get("X-Organization"), request.META["REMOTE_ADDR"]]))

    handler = handler_of(Seen)
    spoofed = [HOST, ("X_Organization", "acme"), ("REMOTE_ADDR", "10.0.0.1")]
    assert json.loads(run(handler, scope_of(headers=spoofed)).content) == [None, "127.0.0.1"]


def handler_of(kind):
    files = ThreadPool(1, name="file")
    body_of = partial(SpooledBody, limit=100, pace=Pace(), budget=SpoolBudget(), files=files)
    return kind(requests=ThreadPool(1, name="request"), files=files, body_of=body_of)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_stream_is_sent_and_a_head_of_it_closed_unread(method):
    closed, made = threading.Event(), []

    class Streams(Handler):
        def get_response(self, request):
            response = StreamingHttpResponse(made.append(1) or b"x" * 10 for _ in range(3))
            response._resource_closers.append(closed.set)
            return response

    connection = run(handler_of(Streams), scope_of(method), Connection(stalls=True))
    assert connection.is_complete
    assert closed.is_set()
    assert (len(connection.content), len(made)) == ((30, 3) if method == "GET" else (0, 0))


# FA-B2
@pytest.mark.parametrize("sent", [[], [b"{}"]])
def test_more_requests_than_may_wait_are_told_to_come_again_and_liveness_goes_on(monkeypatch, sent):
    monkeypatch.setattr(pools, "MAX_QUEUED", 0)
    headers = [HOST, ("Content-Length", str(len(b"".join(sent))))]
    answer = run(handler_of(Handler), scope_of("POST", "/", headers), Connection(sent))
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "busy", "1")
    assert ask("GET", "/healthz").status == 200


UNKNOWN_ENCODING = "text/plain; charset*=no-such''x"


# FA-B3
@pytest.mark.parametrize("sent", [[], [b"{}"]])
def test_headers_that_make_no_request_are_refused_in_the_error_shape(sent):
    headers = [("Content-Type", UNKNOWN_ENCODING), ("Content-Length", str(len(b"".join(sent))))]
    answer = ask("POST", "/api/v1/uploads/", headers, Connection(sent))
    assert (answer.status, answer.code) == (400, "bad_request")


# FA-B3
def test_a_fault_outside_of_the_views_is_told_in_the_error_shape_and_logged(caplog):
    class Broken(Handler):
        def get_response(self, request):
            raise RuntimeError("secret")

    answer = run(handler_of(Broken), scope_of(headers=[HOST]))
    assert (answer.status, answer.code) == (500, "error")
    assert b"secret" not in answer.content
    assert "secret" in caplog.text


ORIGIN = ("Origin", "https://front.example")


# FA-B3
@pytest.mark.parametrize(
    ("header", "status"),
    [(("Range", "caf\xe9"), 400), (("Content-Type", UNKNOWN_ENCODING), 400), (("Content-Length", "0"), 503)],
)
def test_a_script_elsewhere_can_read_what_was_answered_without_django(monkeypatch, settings, header, status):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN[1]]
    monkeypatch.setattr(pools, "MAX_QUEUED", 0 if status == 503 else 256)
    answer = ask("POST", "/api/v1/uploads/", [ORIGIN, header])
    assert answer.status == status
    assert answer.headers["access-control-allow-origin"] == ORIGIN[1]
    assert "Retry-After" in answer.headers["access-control-expose-headers"]
    assert answer.headers["vary"] == "origin"
    foreign = ask("POST", "/api/v1/uploads/", [("Origin", "https://evil.example"), header])
    assert "access-control-allow-origin" not in foreign.headers


# FA-B3
def test_a_preflight_succeeds_however_much_there_is_to_do(monkeypatch, settings):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN[1]]
    monkeypatch.setattr(pools, "MAX_QUEUED", 0)
    asked = [ORIGIN, ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "content-type")]
    answer = ask("OPTIONS", "/storage/media/made-up", asked)
    assert (answer.status, answer.content) == (200, b"")
    assert "PUT" in answer.headers["access-control-allow-methods"]


def test_a_client_that_goes_away_while_it_sends_costs_no_thread():
    class Never(Handler):
        def get_response(self, request):
            raise AssertionError

    connection = Connection([b"x"], leaves=True)
    assert run(handler_of(Never), scope_of("POST", "/", [HOST, ("Content-Length", "9")]), connection).sent == []
