"""What is answered before Django, and answers before their time."""

import asyncio
import json

import pytest

from common.asgi import responses
from common.asgi.admission import AdmissionMiddleware
from common.asgi.responses import RawResponse
from tests.asgi import Connection, run, scope_of


async def reached(scope, receive, send):
    await RawResponse.of_json(204, None).send(send)


async def never(*_):
    raise AssertionError


door = AdmissionMiddleware(reached)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_liveness_depends_on_nothing(method):
    answer = run(
        AdmissionMiddleware(never),
        scope_of(method, "/healthz", [("Host", "not-ours.example"), ("X-Organization", "é")]),
    )
    assert (answer.status, json.loads(answer.content)) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


def test_other_methods_of_the_liveness_address_are_the_applications():
    assert run(door, scope_of("POST", "/healthz")).status == 204


# FA-B12
@pytest.mark.parametrize("name", ["X-Organization", "Authorization", "X-Forwarded-For", "If-Match", "Range", "Host"])
@pytest.mark.parametrize("value", ["caf\xe9", "café".encode().decode("latin-1"), "\xa0", "1.2.3.4, \xff"])
def test_a_header_that_cannot_be_read_is_refused_and_named(name, value):
    answer = run(AdmissionMiddleware(never), scope_of(headers=[("Accept", "*/*"), (name, value)]))
    assert (answer.status, answer.code) == (400, "unreadable_header")
    assert name.lower() in answer.content.decode()


# FA-B12
@pytest.mark.parametrize("name", ["Cookie", "User-Agent", "Referer"])
def test_headers_in_which_browsers_send_other_letters_are_left_alone(name):
    assert run(door, scope_of(headers=[(name, "caf\xe9")])).status == 204


# FA-B3
def test_a_small_body_is_read_before_the_answer_so_that_the_connection_lives_on():
    connection = Connection([b"x" * 60_000])
    run(AdmissionMiddleware(never), scope_of("POST", "/", [("Content-Length", "60000"), ("Range", "é")]), connection)
    assert (connection.status, connection.read) == (400, 60_000)
    assert "connection" not in connection.headers


# FA-B3
def test_an_answer_before_a_large_body_says_so_and_is_there_while_the_rest_is_read(monkeypatch):
    monkeypatch.setattr(responses, "READ_BEFORE", 10)
    connection = Connection([b"x" * 8] * 4)
    run(AdmissionMiddleware(never), scope_of("POST", "/", [("Content-Length", "32"), ("Range", "é")]), connection)
    assert connection.headers["connection"] == "close"
    assert [message.get("more_body") for message in connection.sent] == [None, True, False]
    assert connection.read == 32


# FA-B3
def test_a_client_that_never_ends_is_listened_to_for_a_bounded_time(monkeypatch):
    monkeypatch.setattr(responses, "SECONDS_BEFORE", 0.02)
    monkeypatch.setattr(responses, "SECONDS_AFTER", 0.02)
    connection = Connection([b"x"], stalls=True)
    run(
        AdmissionMiddleware(never),
        scope_of("POST", "/", [("Content-Length", "9"), ("Range", "é")]),
        connection,
        seconds=1,
    )
    assert connection.headers["connection"] == "close"
    assert connection.is_complete


# FA-B3
def test_a_client_that_goes_away_before_or_after_the_answer_is_no_error(monkeypatch):
    headers = [("Content-Length", "9"), ("Range", "é")]
    assert run(AdmissionMiddleware(never), scope_of("POST", "/", headers), Connection([b"x"], leaves=True)).sent == []
    monkeypatch.setattr(responses, "READ_BEFORE", 0)
    connection = run(AdmissionMiddleware(never), scope_of("POST", "/", headers), Connection([b"x"], leaves=True))
    assert connection.status == 400


# FA-B3
def test_a_client_that_waits_to_be_asked_for_its_body_is_not_asked():
    connection = Connection([b"x" * 9])
    headers = [("Content-Length", "9"), ("Expect", "100-continue"), ("Range", "é")]
    run(AdmissionMiddleware(never), scope_of("POST", "/", headers), connection)
    assert (connection.status, connection.read) == (400, 0)
    assert connection.headers["connection"] == "close"


def test_what_is_no_request_is_the_applications():
    with pytest.raises(AssertionError):
        asyncio.run(AdmissionMiddleware(never)({"type": "lifespan"}, None, None))
