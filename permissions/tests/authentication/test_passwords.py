"""Signing in with letters that keyboards compose differently."""

import unicodedata

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from rest_framework.test import APIClient

from permissions.models import User
from tests.factories import make_member

pytestmark = pytest.mark.django_db

NAME, PASSWORD = "josé-ﬁ", "pässwörd of Å 한글"


def in_form(form, text):
    return unicodedata.normalize(form, text)


def by_token(username, password):
    answer = APIClient().post("/api/v1/auth/token/", {"username": username, "password": password})
    return answer.status_code == 200


def by_form(username, password):
    client = Client()
    client.post("/admin/login/", {"username": username, "password": password})
    return "_auth_user_id" in client.session


@pytest.fixture
def person(organization):
    user = make_member(organization, "Administrator", username=User.normalize_username(NAME), is_staff=True)
    user.set_password(in_form("NFD", PASSWORD))
    user.save()
    return user


# FA-A12
@pytest.mark.parametrize("sign_in", [by_token, by_form])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_and_a_password_sign_in_however_they_are_composed(person, sign_in, form):
    assert sign_in(in_form(form, NAME), in_form(form, PASSWORD))
    assert not sign_in(in_form(form, NAME), in_form(form, PASSWORD).replace("w", "W"))
    assert not sign_in(in_form(form, "jose"), in_form(form, PASSWORD))


# FA-A12
@pytest.mark.parametrize("hashed", ["NFC", "NFD", "NFKC"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_hashes_of_earlier_releases_go_on_working(person, hashed, typed):
    User.objects.filter(pk=person.pk).update(password=make_password(in_form(hashed, PASSWORD)))
    assert by_token(person.username, in_form(typed, PASSWORD))


# FA-A12
def test_accounts_are_made_with_composed_passwords():
    user = User.objects.create_user("ada", password=in_form("NFD", "é" * 9))
    assert User.objects.get(pk=user.pk).check_password("é" * 9)
    assert not User.objects.create_user("nobody").has_usable_password()


# FA-A12
@pytest.mark.parametrize("password", ["plain", "pässwörd", in_form("NFD", "pässwörd")])
def test_a_name_that_nobody_has_costs_as_many_hashes_as_a_wrong_password(person, password, monkeypatch):
    from django.contrib.auth.hashers import get_hasher

    verified = []
    hasher = type(get_hasher())
    original = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda self, *args: verified.append(args[0]) or original(self, *args))
    counts = []
    for name in ("nobody here", "nobody here", person.username):
        verified.clear()
        assert not by_token(name, password)
        counts.append(len(verified))
    assert counts[1] == counts[2] <= 3


def test_sessions_of_the_earlier_backend_go_on(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code == 200
