"""How files are named, and what is refused before anything happens."""

import json
from uuid import uuid4

import pytest
from django.utils import timezone

from permissions.choices import Permission
from tests.factories import client_for, make_member, make_member_with, make_upload
from uploads.models import Activity, Upload
from uploads.tests.files.bulk.conftest import LIST, bulk, ids, refusal

pytestmark = pytest.mark.django_db

BODIES = {
    "delete": {},
    "restore": {},
    "tags": {"add": ["sea"]},
    "visibility": {"visibility": "PUBLIC"},
}
every_call = pytest.mark.parametrize("what", BODIES)


@pytest.fixture
def untouched(files):
    """Nothing happens to any file in such a test."""
    before = list(Upload.everything.order_by("pk").values())
    yield
    assert list(Upload.everything.order_by("pk").values()) == before
    assert not Activity.objects.exists()


# BK-05
@every_call
@pytest.mark.parametrize(
    ("named", "attr"),
    [
        (["x"], "ids.0"),
        ([None], "ids.0"),
        ([1], "ids.0"),
        ([[]], "ids.0"),
        ([{}], "ids.0"),
        ([True], "ids.0"),
        ("x", "ids"),
        (None, "ids"),
        ({}, "ids"),
        ([], "ids"),
    ],
)
def test_what_is_no_list_of_ids_is_refused(client, files, untouched, what, named, attr):
    named = [*ids(*files), *named] if named and isinstance(named, list) else named
    answer = bulk(client, what, None, ids=named, **BODIES[what])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr.replace("0", "3")


# BK-04
@every_call
def test_more_than_ten_thousand_ids_are_refused(client, files, untouched, what):
    named = [*ids(*files), *(str(uuid4()) for _ in range(9_998))]
    assert refusal(bulk(client, what, None, ids=named, **BODIES[what])) == (400, "max_length", "ids")


# BK-04
def test_ten_thousand_ids_are_taken(client, files):
    named = [*ids(*files), *(str(uuid4()) for _ in range(9_997))]
    answer = bulk(client, "delete", None, ids=named).json()
    assert answer["deleted"] == ids(*files)
    assert answer["not_found"] == named[3:]


# BK-04
def test_a_body_of_ten_megabytes_is_refused(client, untouched):
    body = json.dumps({"ids": [str(uuid4())] * 270_000})
    answer = client.post(f"{LIST}bulk-delete/", body, content_type="application/json")
    assert answer.status_code == 413


@every_call
@pytest.mark.parametrize("both", [True, False])
def test_files_are_named_by_ids_or_by_a_filter(client, files, untouched, what, both):
    named = {"ids": ids(*files), "filter": {}} if both else {}
    assert refusal(bulk(client, what, None, **named, **BODIES[what])) == (400, "ids_or_filter", None)


@every_call
def test_a_field_that_is_not_there_is_refused(client, files, untouched, what):
    answer = bulk(client, what, files, **BODIES[what], nonsense=1)
    assert refusal(answer) == (400, "unknown_field", "nonsense")


@every_call
def test_anonymous_callers_are_refused(api, files, untouched, what):
    assert bulk(api, what, files, **BODIES[what]).status_code == 401


@every_call
@pytest.mark.parametrize(
    ("given", "code", "attr"),
    [
        ({"typ": "IMAGE"}, "unknown_parameter", "typ"),
        ({"limit": 20}, "unknown_parameter", "limit"),
        ({"type": "image"}, "invalid", "type"),
        ({"type": None}, "invalid", "type"),
        ({"type": {"a": 1}}, "invalid", "type"),
        ({"type": [["IMAGE"]]}, "invalid", "type"),
        ({"size_min": 1.5}, "invalid", "size_min"),
        ({"in_use": [True, False]}, "invalid", "in_use"),
    ],
)
def test_a_filter_takes_the_parameters_of_the_list_and_no_others(client, files, untouched, what, given, code, attr):
    assert refusal(bulk(client, what, None, filter=given, count=3, **BODIES[what])) == (400, code, attr)


@pytest.mark.parametrize("given", ["x", [], None, 1])
def test_a_filter_is_an_object(client, untouched, given):
    assert bulk(client, "delete", None, filter=given, count=3).status_code == 400


FILTERS = [
    {},
    {"type": ["IMAGE", "DOCUMENT"]},
    {"type": "DOCUMENT", "in_use": False},
    {"size_min": 100, "size_max": "200"},
    {"search": "harbour"},
    {"tag": ["sea", "dawn"]},
    {"visibility": "PUBLIC", "category": ["press"]},
    {"created_after": "2020-01-01", "created_before": "2021-01-01"},
]


@pytest.mark.parametrize("given", FILTERS)
def test_a_filter_means_what_the_list_shows(admin, owner, organization, given):
    fields = [
        {"title": "Harbour", "tags": ["sea", "dawn"], "size": 150},
        {"type": "DOCUMENT", "visibility": "PUBLIC", "category": "press", "size": 50},
        {"type": "VIDEO", "tags": ["sea"], "created_at": "2020-06-01T00:00:00Z"},
    ]
    for one in fields:
        make_upload(owner, organization, **one)
    listed = admin.get(LIST, given).json()
    answer = bulk(admin, "delete", None, filter=given, count=listed["count"]).json()
    assert set(answer["deleted"]) == {row["id"] for row in listed["results"]}
    assert (answer["denied"], answer["not_found"]) == ([], [])


# TI-10
def test_a_filter_reaches_only_what_the_caller_sees(client, owner, files, organization, other_organization):
    hidden = make_upload(make_member(organization), organization)
    public = make_upload(make_member(organization), organization, visibility="PUBLIC")
    make_upload(make_member(other_organization), other_organization, visibility="PUBLIC")
    answer = bulk(client, "delete", None, filter={}, count=4).json()
    assert set(answer["deleted"]) == set(ids(*files))
    assert answer["denied"] == ids(public)
    assert Upload.objects.filter(pk=hidden.pk).exists()
    answer = bulk(client, "visibility", None, filter={}, count=1, visibility="PRIVATE")
    assert answer.json()["errors"][0]["items"] == ids(public)


def test_a_filter_of_the_trash_restores_what_the_trash_shows(client, files, owner, organization):
    other = make_upload(make_member(organization), organization, deleted_at=timezone.now())
    bulk(client, "delete", files)
    Upload.everything.filter(pk=files[0].pk).update(category="press")
    assert bulk(client, "restore", None, filter={"category": "press"}, count=1).json()["restored"] == ids(files[0])
    assert set(bulk(client, "restore", None, filter={}, count=2).json()["restored"]) == set(ids(*files[1:]))
    assert Upload.everything.get(pk=other.pk).is_deleted


def test_a_filter_needs_the_right_to_list(organization):
    user = make_member_with(organization, Permission.MEDIA_DELETE_OWN)
    make_upload(user, organization)
    assert bulk(client_for(user), "delete", None, filter={}, count=1).status_code == 403
    assert Upload.objects.count() == 1


def test_a_filter_that_matches_too_many_files_is_refused(client, files, untouched, monkeypatch):
    monkeypatch.setattr("uploads.files.bulk.selection.MAX_MATCHING", 2)
    assert refusal(bulk(client, "delete", None, filter={}, count=3)) == (400, "too_many", "filter")
