"""Named tokens: what they may do, how long they live, and what is recorded of their use."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from common.resilience import after_response
from permissions.authentication import tokens
from permissions.models import ApiToken
from tests.factories import client_for, make_member

pytestmark = pytest.mark.django_db

ME, TOKENS, LOGOUT = "/api/v1/me/", "/api/v1/me/tokens/", "/api/v1/auth/logout/"


@pytest.fixture
def member(organization):
    return make_member(organization, "Creator")


def issue(member, scope="full", **fields):
    """The answer to the creation of a token named CI."""
    return client_for(member).post(TOKENS, {"name": "CI", "scope": scope, **fields})


def using(token, scheme="Token"):
    return APIClient(HTTP_AUTHORIZATION=f"{scheme} {token}")


# FA-E3
def test_a_token_is_shown_once_and_listed_by_its_prefix(member):
    answer = issue(member, "read")
    assert answer.status_code == 201
    made, (listed,) = answer.json(), client_for(member).get(TOKENS).json()["results"]
    assert made["token"].startswith(made["prefix"])
    assert made["token"] not in str(list(ApiToken.objects.values()))
    assert {name: value for name, value in made.items() if name != "token"} == listed
    assert sorted(listed) == ["created_at", "expires_at", "id", "last_used_at", "name", "prefix", "scope"]
    assert (listed["name"], listed["scope"], listed["expires_at"]) == ("CI", "read", None)


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "bearer"])
def test_both_schemes_sign_in(member, scheme):
    assert using(issue(member).json()["token"], scheme).get(ME).status_code == 200


@pytest.mark.parametrize(
    ("fields", "attr"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scope": "write"}, "scope"),
        ({"scope": []}, "scope"),
        ({"scope": ["media_view", "no_such_permission"]}, "scope"),
        ({"scope": [["media_view"]]}, "scope"),
        ({"scope": {"media_view": True}}, "scope"),
        ({"scope": None}, "scope"),
        ({"expires_at": "yesterday"}, "expires_at"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"token": "mine", "owner": "me"}, "owner"),
    ],
)
def test_a_body_that_makes_no_token_is_400(member, fields, attr):
    answer = client_for(member).post(TOKENS, {"name": "CI", "scope": "full", **fields})
    assert answer.status_code == 400
    assert attr in [error["attr"].split(".")[0] for error in answer.json()["errors"]]
    assert not ApiToken.objects.exclude(name="").exists()


def test_a_scope_narrows_the_permissions_and_adds_none(member):
    scope = ["media_view", "media_upload", "media_view_all"]  # the last is not the owner's
    me = using(issue(member, scope).json()["token"]).get(ME).json()
    assert me["permissions"] == ["media_upload", "media_view"]


@pytest.mark.parametrize("scope", ["read", ["media_view", "change_role"]])
@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("post", TOKENS, {"name": "more", "scope": "full"}),
        ("patch", ME, {"display_name": "Other"}),
        ("delete", "/api/v1/me/avatar/", None),
        ("delete", f"{TOKENS}{{id}}/", None),
    ],
)
def test_a_narrow_token_changes_nothing_of_the_account(member, scope, method, address, body):
    made = issue(member, scope).json()
    answer = getattr(using(made["token"]), method)(address.format(**made), body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "permission_denied")
    assert ApiToken.objects.filter(pk=made["id"]).exists()


def test_a_token_creates_none_that_outlives_it(member):
    ends = timezone.now() + timedelta(days=1)
    client = using(issue(member, expires_at=ends.isoformat()).json()["token"])
    body = {"name": "next", "scope": "full"}
    assert client.post(TOKENS, body).json()["errors"][0]["attr"] == "expires_at"
    assert client.post(TOKENS, {**body, "expires_at": (ends + timedelta(hours=1)).isoformat()}).status_code == 400
    assert client.post(TOKENS, {**body, "expires_at": (ends - timedelta(hours=1)).isoformat()}).status_code == 201


def test_a_sign_out_and_a_new_password_leave_it(member):
    client = using(issue(member).json()["token"])
    assert client.post(LOGOUT).status_code == 204
    member.set_password("another long password")
    member.save()
    assert client.get(ME).status_code == 200


@pytest.mark.parametrize("change", [{"is_active": False}, {}])
def test_it_ends_with_the_access_of_its_owner(member, change):
    client = using(issue(member).json()["token"])
    if change:
        type(member).objects.filter(pk=member.pk).update(**change)
    else:
        member.memberships.all().delete()
    assert client.get(ME).status_code == (401 if change else 403)


def test_an_expired_or_revoked_token_is_refused(member):
    expired, revoked = issue(member).json(), issue(member).json()
    ApiToken.objects.filter(pk=expired["id"]).update(expires_at=timezone.now())
    assert client_for(member).delete(f"{TOKENS}{revoked['id']}/").status_code == 204
    assert using(expired["token"]).get(ME).status_code == using(revoked["token"]).get(ME).status_code == 401


def test_tokens_of_others_do_not_exist(member, organization):
    made, other = issue(member).json(), client_for(make_member(organization, "Administrator"))
    assert other.get(TOKENS).json()["count"] == 0
    for pk in (made["id"], "no-id", client_for(member).get(ME).json()["user"]["id"]):
        assert other.delete(f"{TOKENS}{pk}/").status_code == 404
    assert using(made["token"]).get(ME).status_code == 200


def test_a_hundred_are_enough(member, monkeypatch):
    monkeypatch.setattr(tokens, "MAX_NAMED", 1)
    assert issue(member).status_code == 201
    assert issue(member).json()["errors"][0]["code"] == "too_many_tokens"


def test_its_use_is_recorded_once_a_minute_and_after_the_response(member, monkeypatch):
    made = issue(member).json()
    client, row = using(made["token"]), ApiToken.objects.get(pk=made["id"])
    late = []
    with monkeypatch.context() as patched:
        patched.setattr(after_response, "run", late.extend)
        assert client.get(ME).status_code == 200
    row.refresh_from_db()
    assert (row.last_used_at, len(late)) == (None, 1)
    after_response.run(tuple(late))
    row.refresh_from_db()
    first = row.last_used_at
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(ME)
    assert not [query for query in queries if query["sql"].startswith("UPDATE")]
    ApiToken.objects.filter(pk=row.pk).update(last_used_at=first - timedelta(seconds=61))
    client.get(ME)
    row.refresh_from_db()
    assert row.last_used_at >= first


def test_tokens_of_a_sign_in_are_not_listed(member):
    assert client_for(member).get(TOKENS).json()["count"] == 0
