"""Signing in and out, and what ends a sign-in."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from rest_framework.test import APIClient

from permissions.authentication.tokens import issue_token
from permissions.models import ApiToken
from tests.factories import PASSWORD, client_for, make_member, make_user

pytestmark = pytest.mark.django_db

ME, TOKEN, LOGOUT = "/api/v1/me/", "/api/v1/auth/token/", "/api/v1/auth/logout/"


@pytest.fixture
def member(organization):
    return make_member(organization)


def sign_in(username, password=PASSWORD, **headers):
    return APIClient().post(TOKEN, {"username": username, "password": password}, **headers)


def test_a_password_is_exchanged_for_a_token_that_works(member):
    answer = sign_in(member.username)
    assert answer.status_code == 200
    assert sorted(answer.json()) == ["expires_at", "token"]
    assert answer.json()["expires_at"].endswith("Z")
    me = APIClient(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}").get(ME)
    assert me.json()["user"]["username"] == member.username


def test_tokens_are_stored_hashed(member):
    token, _ = issue_token(user=member)
    assert token not in str(ApiToken.objects.values_list("digest", "prefix").get())


@pytest.mark.parametrize("password", ["wrong", "", " password", "password "])
def test_a_wrong_password_gives_no_token(member, password):
    answer = sign_in(member.username, password)
    assert answer.status_code in (400, 401)
    assert not ApiToken.objects.exists()


def test_a_wrong_password_and_an_unknown_name_look_alike(member):
    known, unknown = sign_in(member.username, "wrong"), sign_in("nobody", "wrong")
    assert known.status_code == unknown.status_code == 401
    assert known.json() == unknown.json()
    assert known["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("body", [{}, [], "x", None, {"username": ["a"], "password": "x"}, {"username": "\x00"}])
def test_credentials_that_are_none_are_400(body):
    assert APIClient().post(TOKEN, body).status_code == 400


def test_logout_revokes_the_token_it_came_with_and_no_other(member):
    client, other = client_for(member), client_for(member)
    assert client.post(LOGOUT).status_code == 204
    assert client.get(ME).status_code == 401
    assert other.get(ME).status_code == 200


# AU-02
@pytest.mark.parametrize(
    "header",
    ["", " ", "Token", "Token ", "Token a b", "Bearer x", "Basic eDp5", "Token é", "Token \x00", "Token " + "a" * 9000],
)
def test_an_authorization_header_that_is_no_token_is_401(organization, header):
    answer = APIClient(raise_request_exception=False, HTTP_AUTHORIZATION=header).get("/api/v1/roles/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


# AU-02
def test_a_deactivated_user_is_refused_on_the_next_request(member):
    client = client_for(member)
    assert client.get(ME).status_code == 200
    get_user_model().objects.filter(pk=member.pk).update(is_active=False)
    assert client.get(ME).status_code == 401
    assert sign_in(member.username).status_code == 401


# AU-02
def test_a_deactivated_user_loses_the_session_on_the_next_request(member):
    client = APIClient()
    client.login(username=member.username, password=PASSWORD)
    assert client.get(ME).status_code == 200
    get_user_model().objects.filter(pk=member.pk).update(is_active=False)
    assert client.get(ME).status_code == 401


# AU-02, TI-06
def test_a_removed_member_is_refused_on_the_next_request(member):
    client = client_for(member)
    assert client.get(ME).status_code == 200
    member.memberships.all().delete()
    answer = client.get(ME)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "not_a_member"


# AU-02
def test_a_deleted_token_is_refused(member):
    client = client_for(member)
    ApiToken.objects.all().delete()
    assert client.get(ME).status_code == 401


def test_an_expired_token_is_refused_and_leaves_with_the_next_sign_in(member):
    client = client_for(member)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(ME).status_code == 401
    issue_token(user=member)
    assert ApiToken.objects.count() == 1


# AU-03
@pytest.mark.parametrize("token", [None, "x", "a" * 32])
def test_a_session_cannot_write_without_its_csrf_token(member, token):
    client = APIClient(enforce_csrf_checks=True)
    client.login(username=member.username, password=PASSWORD)
    headers = {"HTTP_X_CSRFTOKEN": token} if token else {}
    answer = client.delete("/api/v1/me/avatar/", **headers)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "permission_denied"


# AU-03
def test_a_session_writes_with_its_csrf_token(member):
    client = APIClient(enforce_csrf_checks=True)
    client.login(username=member.username, password=PASSWORD)
    client.get("/admin/login/")
    token = "a" * 32
    client.cookies["csrftoken"] = token
    assert client.delete("/api/v1/me/avatar/", HTTP_X_CSRFTOKEN=token).status_code == 204
    assert client.post(LOGOUT, HTTP_X_CSRFTOKEN=token).status_code == 204
    assert client.get(ME).status_code == 401


# AU-07
def test_a_changed_password_ends_tokens_and_sessions(member):
    token, session = client_for(member), APIClient()
    session.login(username=member.username, password=PASSWORD)
    member.set_password("another one")
    member.save()
    assert token.get(ME).status_code == 401
    assert session.get(ME).status_code == 401


# AU-06
def test_ten_wrong_sign_ins_a_minute_are_enough(member, throttled):
    throttled(login="10/min")
    answers = [sign_in(f"guess-{number}", "wrong", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}") for number in range(20)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 10
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].json()["errors"][0]["code"] == "throttled"


# AU-06
def test_right_sign_ins_do_not_count_and_do_not_forgive_wrong_ones(member, throttled):
    throttled(login="3/min")
    for _ in range(5):
        assert sign_in(member.username).status_code == 200
    assert sign_in("guess", "wrong").status_code == 401
    assert sign_in("guess", "wrong").status_code == 401
    assert sign_in(member.username).status_code == 200
    assert sign_in("guess", "wrong").status_code == 401
    assert sign_in("guess", "wrong").status_code == 429


# AU-06
def test_a_trusted_proxy_says_who_the_client_is(member, throttled, settings):
    throttled(login="1/min")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    first = sign_in("a", "wrong", HTTP_X_FORWARDED_FOR="9.9.9.9, 10.0.0.1")
    spoofed = sign_in("b", "wrong", HTTP_X_FORWARDED_FOR="8.8.8.8, 10.0.0.1")
    other = sign_in("c", "wrong", HTTP_X_FORWARDED_FOR="10.0.0.2")
    assert [first.status_code, spoofed.status_code, other.status_code] == [401, 429, 401]


def test_a_token_request_needs_one_query_before_its_own(member, django_assert_num_queries):
    client = client_for(member)
    with django_assert_num_queries(2):  # the token with its owner and their memberships; the roles
        client.get("/api/v1/roles/")


def test_a_person_without_an_organization_is_refused(db):
    assert client_for(make_user()).get(ME).status_code == 403


def test_a_person_without_an_organization_can_sign_out(db):
    assert client_for(make_user()).post(LOGOUT).status_code == 204
