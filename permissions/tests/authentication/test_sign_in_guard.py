"""Guessing is slowed down for the place that guesses; the person whose name it uses gets in."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from common.rest.client_network import network_of
from permissions.authentication import sign_in_guard
from permissions.authentication.sign_in_guard import ACCOUNT_PAUSE, UNKNOWN_PLACE_PAUSE, SignInGuard, TooManyAttempts
from permissions.models import KnownNetwork, SignInCounter
from tests.factories import PASSWORD, make_member
from tests.threads import in_threads

pytestmark = pytest.mark.django_db

HOME = "203.0.113.7"


@pytest.fixture
def owner(organization, throttled):
    throttled(login="10/min")
    return make_member(organization, "Administrator", username="owner")


def sign_in(username="owner", password="wrong", address="198.51.100.1", **headers):
    credentials = {"username": username, "password": password}
    return APIClient().post("/api/v1/auth/token/", credentials, REMOTE_ADDR=address, **headers)


def is_admitted(address):
    try:
        SignInGuard(RequestFactory().post("/", REMOTE_ADDR=address), "owner").admit()
    except TooManyAttempts:
        return False
    return True


def statuses(answers):
    return [answer.status_code for answer in answers]


def let_pass(seconds):
    """Move every count back in time."""
    for row in SignInCounter.objects.all():
        row.expires_at -= timedelta(seconds=seconds)
        row.paused_until = row.paused_until and row.paused_until - timedelta(seconds=seconds)
        row.save()


def guess_from_everywhere(times, first=0):
    """Guess the owner's password once from each of many networks."""
    return statuses(sign_in(address=f"198.18.{number // 250}.{number % 250}") for number in range(first, first + times))


# FA-B4
def test_guessing_from_one_network_stops_that_network_and_never_the_person(owner):
    assert statuses(sign_in() for _ in range(20)) == [401] * 10 + [429] * 10
    for _ in range(5):
        let_pass(61)
        assert statuses(sign_in() for _ in range(10)).count(401) <= 10
    assert sign_in(password=PASSWORD, address=HOME).status_code == 200


# FA-B4 AU-06
def test_the_count_of_a_network_cannot_be_changed_by_what_is_sent(owner):
    spellings = ["owner", "OWNER", " owner ", "owner", unicodedata.normalize("NFD", "ówner"), "guess"]
    headers = [{"HTTP_X_FORWARDED_FOR": f"9.9.9.{number}", "HTTP_X_REAL_IP": f"9.9.9.{number}"} for number in range(20)]
    answers = [sign_in(spellings[number % 6], **headers[number]) for number in range(20)]
    assert statuses(answers) == [401] * 10 + [429] * 10
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].json()["errors"][0]["code"] == "throttled"


# FA-B4
def test_the_spellings_of_a_name_are_one_account():
    names = ["José", "josé", " JOSÉ ", unicodedata.normalize("NFD", "José"), "\uff4aosé"]
    assert len({SignInGuard(RequestFactory().post("/"), name).account for name in names}) == 1


# FA-B4
def test_guessing_at_one_account_from_many_networks_waits_longer_each_time_and_at_most_five_minutes(owner):
    assert guess_from_everywhere(ACCOUNT_PAUSE.free + 1) == [401] * 20 + [429]
    waits = []
    for number in range(8):
        waits.append(int(sign_in(address=f"198.19.0.{number}")["Retry-After"]))
        let_pass(waits[-1])
        assert sign_in(address=f"198.19.1.{number}").status_code == 401
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]


# FA-B4
def test_the_owner_signs_in_from_a_known_network_while_many_networks_guess(owner):
    assert sign_in(password=PASSWORD, address=HOME).status_code == 200
    guess_from_everywhere(30)
    assert sign_in(password=PASSWORD, address="192.0.2.55").status_code == 429
    assert sign_in(password=PASSWORD, address=HOME).status_code == 200


# FA-B4
def test_a_name_that_nobody_has_is_treated_as_one_that_exists(owner):
    taken = guess_from_everywhere(22)
    free = statuses(sign_in("no-such-name", address=f"198.18.7.{number}") for number in range(22))
    assert taken == free


# FA-B4
def test_one_network_guessing_at_one_name_is_slowed_down_for_good(owner):
    tried = 0
    for _ in range(30):  # minutes
        tried += sum(is_admitted("198.51.100.1") for _ in range(4))
        let_pass(60)
    assert tried < 20
    assert UNKNOWN_PLACE_PAUSE.after(100) == 900


# FA-B4
def test_a_network_that_was_not_seen_for_long_is_unknown_again(owner):
    sign_in(password=PASSWORD, address=HOME)
    KnownNetwork.objects.update(seen_at=timezone.now() - timedelta(days=91))
    guess_from_everywhere(21)
    assert sign_in(password=PASSWORD, address=HOME).status_code == 429
    assert sign_in_guard.prune()["networks"] == 1


def test_an_account_has_a_bounded_number_of_known_networks(owner):
    for number in range(25):
        sign_in(password=PASSWORD, address=f"10.1.1.{number}")
    assert KnownNetwork.objects.count() == sign_in_guard.NETWORKS_KEPT


def test_counts_that_are_over_are_removed_and_others_kept(owner):
    sign_in(address="10.0.0.1")
    let_pass(100)
    sign_in(address="10.0.0.2")
    assert sign_in_guard.prune()["counters"] == 1
    assert SignInCounter.objects.count() == 4  # the other network, two pairs and the account


# FA-B4
def test_a_machine_whose_clock_is_wrong_neither_waits_longer_nor_less(owner, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + timedelta(minutes=30))
    assert statuses(sign_in() for _ in range(11)) == [401] * 10 + [429]
    monkeypatch.undo()
    assert 0 < int(sign_in()["Retry-After"]) <= 60


# FA-B4
def test_neither_names_nor_addresses_are_kept(owner):
    sign_in(password=PASSWORD, address=HOME)
    kept = str([*SignInCounter.objects.values(), *KnownNetwork.objects.values()])
    assert "owner" not in kept
    assert HOME not in kept


# FA-B4
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_guesses_made_at_the_same_time_all_count(owner):
    assert sum(in_threads(16, lambda number: is_admitted("198.51.100.1"))) == 10


# FA-B4
@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "network"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "1.1.1.1", 0, "192.0.2.1"),
        ("127.0.0.1", "1.1.1.1, 192.0.2.1", 1, "192.0.2.1"),
        ("127.0.0.1", "1.1.1.1,192.0.2.1:4711", 1, "192.0.2.1"),
        ("127.0.0.1", "[2001:db8:1:2:3::4]:99", 1, "2001:db8:1:2::/64"),
        ("127.0.0.1", "1.1.1.1, made up", 1, "127.0.0.1"),
        ("127.0.0.1", "", 1, "127.0.0.1"),
        ("127.0.0.1", "1.1.1.1, 192.0.2.1, 192.0.2.9", 2, "192.0.2.1"),
        ("2001:db8::1", "", 0, "2001:db8::/64"),
        ("2001:db8::ffff:1", "", 0, "2001:db8::/64"),
        ("2001:db8:0:1::1", "", 0, "2001:db8:0:1::/64"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("fe80::1%eth0", "", 0, "fe80::/64"),
        ("", "", 0, "unknown"),
    ],
)
def test_a_network_is_what_the_last_trusted_hop_saw(settings, address, forwarded, proxies, network):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address, **headers)) == network
