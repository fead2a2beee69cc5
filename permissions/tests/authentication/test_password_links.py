"""Changing a password, and choosing a new one by a link from an e-mail."""

import re

import pytest
from django.core import mail
from rest_framework.test import APIClient

from permissions.authentication.tokens import issue_named_token
from permissions.services import passwords
from tests.factories import PASSWORD, client_for, make_member

pytestmark = pytest.mark.django_db

ME, SIGN_IN = "/api/v1/me/", "/api/v1/auth/token/"
CHANGE, RESET, CONFIRM = (f"/api/v1/auth/password/{name}/" for name in ("change", "reset", "reset/confirm"))
NEW = "correct horse battery"


@pytest.fixture
def member(organization):
    return make_member(organization)


def with_session(user):
    client = APIClient()
    client.force_login(user)
    return client


def change(client, **fields):
    return client.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW, **fields})


def reset(member, **fields):
    APIClient().post(RESET, {"email": member.email})
    uid, token = re.search(r"/reset/([^/]+)/([^/]+)/", mail.outbox[-1].body).groups()
    return {"uid": uid, "token": token, "new_password": NEW, **fields}


def error(answer):
    assert answer.status_code == 400
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


def test_a_new_password_ends_other_sessions_and_tokens_but_not_its_own_session(member):
    mine, other, token = with_session(member), with_session(member), client_for(member)
    key = mine.cookies["sessionid"].value
    assert change(mine).status_code == 204
    assert mine.cookies["sessionid"].value != key
    assert [client.get(ME).status_code for client in (mine, other, token)] == [200, 401, 401]
    assert APIClient().post(SIGN_IN, {"username": member.username, "password": NEW}).status_code == 200


@pytest.mark.parametrize("is_asked", [True, False])
def test_named_tokens_are_revoked_only_if_asked(member, is_asked):
    token, _ = issue_named_token(user=member, name="CI", scope="full")
    client = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    assert change(with_session(member), revoke_tokens=is_asked).status_code == 204
    assert client.get(ME).status_code == (401 if is_asked else 200)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"old_password": "wrong"}, [("wrong_password", "old_password")]),
        ({"new_password": "short"}, [("weak_password", "new_password")]),
        ({"new_password": "1234567890"}, [("weak_password", "new_password")]),
        ({"new_password": ""}, [("blank", "new_password")]),
        ({"password": NEW}, [("unknown_field", "password")]),
    ],
)
def test_a_change_that_is_refused_names_the_field(member, fields, expected):
    assert error(change(client_for(member), **fields)) == expected
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_guessing_the_old_password_is_limited(member, throttled):
    throttled(login="3/min")
    client = client_for(member)
    assert [change(client, old_password="wrong").status_code for _ in range(4)] == [400, 400, 400, 429]
    assert change(APIClient()).status_code == 401


# FA-E1
def test_a_link_from_an_email_sets_the_password_once(member):
    token, body = client_for(member), reset(member)
    assert mail.outbox[0].to == [member.email]
    assert APIClient().post(CONFIRM, body).status_code == 204
    assert APIClient().post(SIGN_IN, {"username": member.username, "password": NEW}).status_code == 200
    assert token.get(ME).status_code == 401
    assert error(APIClient().post(CONFIRM, body)) == [("invalid_token", "token")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"token": "x"}, "invalid_token"),
        ({"uid": "x"}, "invalid_token"),
        ({"uid": "éé"}, "invalid_token"),
        ({"uid": "MQ"}, "invalid_token"),
        ({"new_password": "short"}, "weak_password"),
    ],
)
def test_a_wrong_link_or_a_weak_password_changes_nothing(member, fields, code):
    assert [each for each, _ in error(APIClient().post(CONFIRM, reset(member, **fields)))] == [code]
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


@pytest.mark.parametrize("email", ["nobody@example.org", "{email}", "{upper}"])
def test_no_answer_says_whether_there_is_an_account(member, email):
    answer = APIClient().post(RESET, {"email": email.format(email=member.email, upper=member.email.upper())})
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(mail.outbox) == (0 if email.startswith("nobody") else 1)


@pytest.mark.parametrize("change", ["deactivate", "no password", "no email server"])
def test_some_accounts_get_no_link(member, settings, change):
    if change == "deactivate":
        member.is_active = False
    elif change == "no password":
        member.set_unusable_password()
    else:
        settings.EMAIL_CONFIGURED = False
    member.save()
    assert APIClient().post(RESET, {"email": member.email}).status_code == 204
    assert mail.outbox == []


def test_links_are_limited_by_network_and_by_address(member, throttled, monkeypatch):
    throttled(account="3/h")
    monkeypatch.setattr(passwords, "EMAILS_TO_ONE_ADDRESS", (2, 3600))
    assert [APIClient().post(RESET, {"email": member.email}).status_code for _ in range(4)] == [204, 204, 204, 429]
    assert len(mail.outbox) == 2
