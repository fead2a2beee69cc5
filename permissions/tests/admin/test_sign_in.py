"""Guessing passwords at the door of the admin."""

import pytest
from django.test import Client

from tests.factories import PASSWORD, make_member

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"


@pytest.fixture
def staff(organization):
    return make_member(organization, "Administrator", username="staff", is_staff=True)


def sign_in(username, password, address="10.0.0.1"):
    return Client().post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


# AU-06
def test_ten_wrong_sign_ins_a_minute_are_enough(staff, throttled):
    throttled(login="10/min")
    answers = [sign_in("staff", "wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "Too many attempts" in answers[-1].content.decode()
    assert sign_in("staff", PASSWORD).status_code == 429


# AU-06
def test_the_api_and_the_admin_count_together(staff, throttled, api):
    throttled(login="2/min")
    credentials = {"username": "staff", "password": "wrong"}
    assert api.post("/api/v1/auth/token/", credentials, REMOTE_ADDR="10.0.0.1").status_code == 401
    assert sign_in("staff", "wrong").status_code == 200
    assert sign_in("staff", "wrong").status_code == 429


def test_right_sign_ins_do_not_count(staff, throttled):
    throttled(login="2/min")
    assert [sign_in("staff", PASSWORD).status_code for _ in range(4)] == [302] * 4


# FA-B4
def test_a_browser_that_signed_in_before_is_let_in_while_its_network_waits(staff, throttled):
    throttled(login="3/min")
    browser = Client()
    right, wrong = ({"username": "staff", "password": password} for password in (PASSWORD, "wrong"))
    answer = browser.post(LOGIN, right, REMOTE_ADDR="10.0.0.1")
    cookie = answer.cookies["known_device"]
    assert (cookie["httponly"], cookie["samesite"], PASSWORD in cookie.value) == (True, "Lax", False)
    assert [sign_in("staff", "wrong").status_code for _ in range(4)] == [200, 200, 200, 429]
    browser.post("/admin/logout/")
    assert browser.post(LOGIN, right, REMOTE_ADDR="10.0.0.1").status_code == 302
    browser.post("/admin/logout/")
    assert [browser.post(LOGIN, wrong).status_code for _ in range(11)] == [200] * 10 + [429]


# FA-B4
@pytest.mark.parametrize("value", ["", "x", "x:y:z", "\u00e9", "a" * 5000])
def test_a_made_up_cookie_is_no_known_browser(staff, throttled, value):
    throttled(login="2/min")
    browser = Client()
    browser.cookies["known_device"] = value
    wrong = {"username": "staff", "password": "wrong"}
    assert [browser.post(LOGIN, wrong).status_code for _ in range(3)] == [200, 200, 429]


# FA-B4
def test_the_cookie_of_one_account_is_none_for_another(staff, organization, throttled):
    make_member(organization, "Administrator", username="boss", is_staff=True)
    throttled(login="2/min")
    browser = Client()
    browser.post(LOGIN, {"username": "staff", "password": PASSWORD})
    browser.post("/admin/logout/")
    wrong = {"username": "boss", "password": "wrong"}
    assert [browser.post(LOGIN, wrong).status_code for _ in range(3)] == [200, 200, 429]
