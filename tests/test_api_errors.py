"""Errors have one shape, say what a caller can use, and show nothing else."""

import json
import logging

import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from redis.exceptions import ConnectionError as RedisDown
from redis.exceptions import TimeoutError as RedisTimeout
from rest_framework.test import APIClient

from common.errors import Unavailable
from common.resilience.deadlines import DeadlineExceeded
from common.rest.exceptions import domain_error_of
from permissions.models import Organization

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.probe_urls")]


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.CRITICAL + 1)


EXPECTED = {
    "conflict": (409, "client_error", "conflict"),
    "in-use": (409, "client_error", "in_use"),
    "too-many": (429, "client_error", "throttled"),
    "unavailable": (503, "server_error", "unavailable"),
    "store": (503, "server_error", "unavailable"),
    "database": (503, "server_error", "unavailable"),
    "connection": (503, "server_error", "unavailable"),
    "data": (400, "validation_error", "invalid"),
    "missing": (404, "client_error", "not_found"),
    "denied": (403, "client_error", "permission_denied"),
    "suspicious": (400, "validation_error", "invalid"),
    "too-big": (413, "client_error", "request_too_large"),
    "bug": (500, "server_error", "error"),
}


# DB-05, ST-01
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("kind", EXPECTED)
def test_every_failure_has_the_one_shape(api, settings, organization, kind, debug):
    settings.DEBUG = debug
    answer = api.get(f"/api/v1/failures/{kind}/")
    status, type_, code = EXPECTED[kind]
    assert answer.status_code == status
    body = answer.json()
    assert sorted(body) == ["errors", "type"]
    assert body["type"] == type_
    assert body["errors"][0]["code"] == code
    assert body["errors"][0]["attr"] is None
    assert set(body["errors"][0]) - {"items"} == {"code", "detail", "attr"}


@pytest.mark.parametrize("path", ["/api/v1/failures/", "/api/plain/", "/plain/"])
@pytest.mark.parametrize("kind", ["store", "database", "connection", "suspicious", "too-big", "bug"])
def test_no_failure_shows_its_message(api, organization, path, kind):
    text = api.get(f"{path}{kind}/").content.decode()
    assert "secret" not in text
    assert "10.1.2.3" not in text
    assert "Traceback" not in text


# DB-05
@pytest.mark.parametrize("path", ["/api/v1/failures/", "/api/plain/", "/plain/"])
@pytest.mark.parametrize("kind", ["store", "database", "connection"])
def test_an_outage_is_503_and_says_when_to_try_again(api, organization, path, kind):
    answer = api.get(f"{path}{kind}/")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


def test_the_items_of_an_error_come_with_it(api, organization):
    assert api.get("/api/v1/failures/in-use/").json()["errors"][0]["items"] == [{"entity_type": "page"}]


def test_too_many_open_says_when_to_try_again(api, organization):
    assert int(api.get("/api/v1/failures/too-many/")["Retry-After"]) > 0


@pytest.mark.parametrize("kind", ["bug", "suspicious", "missing", "denied", "database", "too-big"])
def test_outside_drf_the_api_answers_in_the_same_shape(api, kind):
    answer = api.get(f"/api/plain/{kind}/")
    assert answer["Content-Type"] == "application/json"
    assert sorted(answer.json()) == ["errors", "type"]


def test_outside_the_api_a_bug_is_a_plain_page(api):
    answer = api.get("/plain/bug/")
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing/", "/api/v2/", "/api/v1/probes/a/b/c/"])
def test_an_unknown_address_is_404_in_json(api, path):
    answer = api.get(path)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


def test_a_foreign_host_is_400_in_json(api):
    answer = api.get("/api/v1/probes/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "bad_request"


@pytest.fixture
def member(as_role):
    return as_role()


def post(client, body, content_type="application/json"):
    return client.generic("POST", "/api/v1/probes/", body, content_type=content_type)


# FZ-03, FZ-04
@pytest.mark.parametrize(
    "body",
    [
        "[" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        '{"title":' * 10_000 + "1" + "}" * 10_000,
        '{"kind":' + "[" * 40 + "]" * 40 + "}",
        '{"title": NaN}',
        '{"title": Infinity}',
        '{"title": -Infinity}',
        '{"title": 1e400}',
        '{"title": ' + "9" * 5000 + "}",
        '{"title": "a", "title": "b"}',
        '{"title": "\\ud800"}',
        '{"kind": "\\udfff"}',
        '{"\\ud800": 1}',
        b'\xef\xbb\xbf{"title": "a"}',
        b'{"title": "\xff"}',
        b"\xff\xfe{\x00}\x00",
        "{",
        "title=a",
        '{"title": "a\x00"}',
        '{"title": "a\\u0000"}',
        '{"kind": "\\u0000"}',
    ],
    ids=range(21),
)
def test_json_that_is_none_is_400(member, body):
    answer = post(member, body)
    assert answer.status_code == 400
    assert sorted(answer.json()) == ["errors", "type"]


# FZ-04
@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "bz2_codec", "nothing", "x" * 1000])
def test_json_in_another_charset_is_415(member, charset):
    assert post(member, "{}", f"application/json; charset={charset}").status_code == 415


# FZ-04
@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", "x" * 100_000])
def test_another_media_type_is_415(member, media_type):
    answer = post(member, "{}", media_type)
    assert answer.status_code == 415
    assert len(answer.content) < 2000


# FZ-04, BK-04
def test_a_body_above_the_limit_is_413(member):
    answer = post(member, json.dumps({"title": "x" * 10_000_000}))
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "request_too_large"


# FZ-04
def test_a_refused_value_is_not_repeated_at_length(member):
    answer = post(member, json.dumps({"kind": "x" * 2_000_000}))
    assert answer.status_code == 400
    assert len(answer.content) < 2000


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null", "true", '[{"title": "a"}]'])
def test_a_body_that_is_no_object_is_400(member, body):
    assert post(member, body).status_code == 400


def test_a_pair_of_surrogates_is_a_character(member):
    answer = post(member, '{"title": "\\ud83d\\ude00"}')
    assert answer.json() == {"title": "😀"}


def test_unknown_fields_are_refused_by_name(member):
    answer = post(member, '{"title": "a", "organization": 1, "uploaded_by": 2}')
    assert answer.status_code == 400
    assert [(e["code"], e["attr"]) for e in answer.json()["errors"]] == [
        ("unknown_field", "organization"),
        ("unknown_field", "uploaded_by"),
    ]


# TI-04
def test_read_only_fields_sent_back_are_ignored(member):
    answer = post(member, '{"title": "a", "id": 7, "shown": 8}')
    assert answer.json() == {"title": "a"}


# FZ-07
def test_a_thousand_parameters_are_400(api, organization):
    query = "&".join(f"a{number}=1" for number in range(1001))
    assert api.get(f"/api/v1/probes/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["typo=1", "limit=1&limit=2", "ordering=id", "format=json", "limit=%00", "%00=1"])
def test_unknown_and_repeated_parameters_are_400(api, organization, query):
    assert api.get(f"/api/v1/probes/?{query}").status_code == 400


def test_the_csrf_page_of_the_api_is_json(organization):
    from django.test import RequestFactory

    from common.web.error_views import csrf_failure

    answer = csrf_failure(RequestFactory().post("/api/anything/"))
    assert answer.status_code == 403
    assert json.loads(answer.content)["errors"][0]["code"] == "permission_denied"


def test_a_null_character_in_the_query_is_refused_everywhere(organization):
    answer = APIClient().get("/api/v1/probes/everyone/?a=%00")
    assert answer.json()["errors"][0]["code"] == "null_characters_not_allowed"


# DB-01
def test_an_outage_before_any_view_is_503_too(as_role, monkeypatch):
    client = as_role()

    def fail(*args, **kwargs):
        raise OperationalError("secret")

    monkeypatch.setattr("django.contrib.auth.middleware.AuthenticationMiddleware.process_request", fail)
    answer = client.get("/api/v1/probes/")
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["code"] == "unavailable"
    assert int(answer["Retry-After"]) > 0


# DB-05
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "SET statement_timeout = '1ms'; SELECT pg_sleep(1)",
        "BEGIN READ ONLY; DELETE FROM permissions_membership",
        "SELECT pg_terminate_backend(pg_backend_pid())",
    ],
    ids=["statement timeout", "read only", "terminated"],
)
def test_what_the_database_refuses_for_now_is_an_outage(statement):
    with pytest.raises(DatabaseError) as refusal:
        connection.cursor().execute(statement)
    connection.close()
    assert isinstance(domain_error_of(refusal.value), Unavailable)


# DB-05
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_not_given_in_time_is_an_outage(organization):
    other = connections.create_connection("default")
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=organization.pk)
        with pytest.raises(DatabaseError) as refusal, other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1ms'; UPDATE permissions_organization SET name = 'x'")
    other.close()
    assert isinstance(domain_error_of(refusal.value), Unavailable)


# FA-C1 FA-C13
@pytest.mark.parametrize("error", [RedisTimeout("at 10.1.2.3"), RedisDown("at 10.1.2.3"), DeadlineExceeded()])
def test_a_neighbour_that_does_not_answer_in_time_is_an_outage(error):
    told = domain_error_of(error)
    assert isinstance(told, Unavailable)
    assert told.retry_after
    assert "10.1.2.3" not in told.detail
