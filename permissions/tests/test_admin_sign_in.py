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
def test_one_name_is_guessed_ten_times_from_wherever_and_however_written(staff, throttled):
    throttled(login="10/min")
    names = ["staff", "STAFF", " staff "]
    answers = [sign_in(names[number % 3], "wrong", f"10.0.0.{number}").status_code for number in range(11)]
    assert answers == [200] * 10 + [429]


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
