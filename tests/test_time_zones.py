"""Dates are those of the person who asks, in every list and on every page; the API answers in UTC."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from permissions.models import User
from tests.factories import client_for, make_member, make_upload

pytestmark = pytest.mark.django_db

LIST, ME = "/api/v1/uploads/", "/api/v1/me/"
AUCKLAND = "Pacific/Auckland"  # 13 hours ahead of UTC in November
MOMENT = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)  # the 29th there


@pytest.fixture
def person(organization):
    return make_member(organization, "Administrator", is_staff=True, time_zone=AUCKLAND)


@pytest.fixture
def upload(person, organization):
    return make_upload(person, organization, original_filename="late.png", created_at=MOMENT, title="Late")


@pytest.fixture
def pages(person):
    client = Client()
    client.force_login(person)
    return client


# FA-A10
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"created_after": "2026-11-29"}, 1),
        ({"created_after": "2026-11-30"}, 0),
        ({"created_before": "2026-11-29"}, 0),
        ({"created_before": "2026-11-30"}, 1),
        ({"created_after": "2026-11-29T11:30"}, 1),
        ({"created_after": "2026-11-29T11:31"}, 0),
        ({"created_after": "2026-11-29T00:00:00Z"}, 0),  # a given zone is used
        ({"created_after": "2026-11-28T22:30:00Z"}, 1),
        ({"created_before": "2026-11-29T00:00:00+13:00"}, 0),
    ],
)
def test_a_date_means_that_persons_day_in_lists_and_on_pages(person, upload, pages, query, count):
    assert client_for(person).get(LIST, query).json()["count"] == count
    assert pages.get("/admin/uploads/upload/browse/counts/", query).json()["total"] == count
    assert (b"late.png" in pages.get("/admin/uploads/upload/browse/results/", query).content) == bool(count)
    found = {"filter": query, "count": count, "add": ["found"]}
    assert len(client_for(person).post(f"{LIST}bulk-tags/", found).json()["updated"]) == count


# FA-A10
@pytest.mark.parametrize(
    ("own", "cookie", "zone"),
    [
        (AUCKLAND, "America/Lima", AUCKLAND),
        ("", "America/Lima", "America/Lima"),
        ("", "", "UTC"),
        ("", "Nowhere/Land", "UTC"),
        ("", "../../etc/passwd", "UTC"),
        ("", "localtime", "UTC"),
        ("Gone/Away", "America/Lima", "America/Lima"),
    ],
)
def test_ones_own_choice_comes_before_the_browsers_and_the_installations(person, pages, own, cookie, zone):
    User.objects.update(time_zone=own)
    pages.cookies["time_zone"] = cookie
    assert f'data-time-zone="{zone}"' in pages.get("/admin/").content.decode()


# FA-A10
def test_the_days_of_an_installation_are_those_of_its_setting(person, upload, pages, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    User.objects.update(time_zone="")
    assert 'data-time-zone="Asia/Tokyo"' in pages.get("/admin/").content.decode()
    assert client_for(person).get(LIST, {"created_after": "2026-11-29"}).json()["count"] == 1
    answer = client_for(person).get(f"{LIST}{upload.pk}/").json()
    assert answer["created_at"] == "2026-11-28T22:30:00Z"
    token = client_for().post("/api/v1/auth/token/", {"username": person.username, "password": "correct horse"})
    assert token.status_code != 200 or token.json()["expires_at"].endswith("Z")


# FA-A10
@pytest.mark.parametrize(
    "path",
    ["/admin/uploads/upload/?view=grid", "/admin/uploads/upload/?view=list", "/admin/uploads/upload/{pk}/history/"],
)
def test_pages_show_the_same_day_and_say_in_which_zone(upload, pages, path, person):
    client_for(person).patch(f"{LIST}{upload.pk}/", {"title": "Later"})
    body = pages.get(path.format(pk=upload.pk)).content.decode()
    assert "(Pacific/Auckland)" in body
    if "view" in path:
        assert "Nov. 29, 2026, 11:30 a.m. (Pacific/Auckland)" in body


# FA-A10
def test_the_trash_and_the_storage_page_follow_that_zone_too(person, organization, pages):
    new_years_eve = datetime(2026, 10, 31, 20, tzinfo=UTC)  # November there
    deleted = make_upload(person, organization, created_at=new_years_eve, deleted_at=MOMENT, title="Gone")
    body = pages.get("/admin/uploads/upload/trash/").content.decode()
    assert deleted.title in body
    assert "Nov. 29, 2026, 11:30 a.m. (Pacific/Auckland)" in body


def test_times_of_the_api_are_in_utc_whatever_zone_a_person_has(person, upload):
    assert client_for(person).get(LIST).json()["results"][0]["created_at"] == "2026-11-28T22:30:00Z"
    made = client_for(person).post(f"{LIST}{upload.pk}/share-links/", {"expires_in": 3600}).json()
    assert made["expires_at"].endswith("Z")


# FA-A10
def test_a_person_changes_what_others_read_and_the_zone(person):
    client = client_for(person)
    answer = client.patch(ME, {"time_zone": "Europe/Vienna", "display_name": "  Zoë  ", "language": "de"})
    assert answer.status_code == 200
    assert answer.json() == client.get(ME).json()
    shown = {name: answer.json()["user"][name] for name in ("time_zone", "display_name", "language")}
    assert shown == {"time_zone": "Europe/Vienna", "display_name": "Zoë", "language": "de"}
    assert client.patch(ME, {"time_zone": ""}).json()["user"]["time_zone"] == ""
    assert client.patch(ME, answer.json()).status_code == 200  # what was read, sent back


# FA-A10
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"time_zone": "Nowhere/Land"}, "unknown_time_zone"),
        ({"time_zone": "../../etc/passwd"}, "unknown_time_zone"),
        ({"time_zone": "europe/vienna"}, "unknown_time_zone"),
        ({"time_zone": "x" * 64}, "max_length"),
        ({"language": "tlh"}, "invalid_choice"),
        ({"display_name": "x" * 151}, "max_length"),
        ({"is_superuser": True}, "unknown_field"),
        ({"username": "root"}, "unknown_field"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(person, said, code):
    answer = client_for(person).patch(ME, said)
    assert answer.status_code == 400
    assert code in {error["code"] for error in answer.json()["errors"]}
    person.refresh_from_db()
    assert person.time_zone == AUCKLAND


def test_only_who_is_signed_in_has_preferences(organization):
    assert client_for().patch(ME, {"time_zone": "Europe/Vienna"}).status_code == 401
    assert Client().get("/admin/preferences/").status_code == 302


# FA-A10
def test_the_page_of_preferences_offers_what_the_browser_says_and_saves(person, pages):
    pages.cookies["time_zone"] = "America/Lima"
    page = pages.get("/admin/preferences/")
    assert "That of the browser (America/Lima)" in page.content.decode()
    answer = pages.post("/admin/preferences/", {"display_name": "Mia", "time_zone": ""}, follow=True)
    assert 'data-time-zone="America/Lima"' in answer.content.decode()
    person.refresh_from_db()
    assert (person.display_name, person.time_zone) == ("Mia", "")
    answer = pages.post("/admin/preferences/", {"time_zone": "Nowhere/Land"})
    assert "Select a valid choice" in answer.content.decode()


# FA-A10
@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("America/Santiago", "2026-09-06T03:59:59Z", "2026-09-06T04:00:00Z"),  # midnight does not exist there
        ("America/Havana", "2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z"),  # midnight comes twice
    ],
)
def test_a_day_begins_with_its_first_moment_also_when_the_clocks_change(person, organization, zone, before, after):
    User.objects.update(time_zone=zone)
    for moment in (before, after):
        make_upload(person, organization, original_filename=moment, created_at=datetime.fromisoformat(moment))
    day = after[:10]
    (row,) = client_for(person).get(LIST, {"created_after": day}).json()["results"]
    assert row["original_filename"] == after
    (row,) = client_for(person).get(LIST, {"created_before": day}).json()["results"]
    assert row["original_filename"] == before
