"""Finding uploads: lists, filters, search, ordering, pages, the trash."""

from datetime import timedelta

import pytest
from django.utils import timezone

from permissions.choices import Permission, Visibility
from tests.factories import (
    client_for,
    make_member,
    make_member_with,
    make_role,
    make_upload,
)
from uploads.models import Usage

pytestmark = pytest.mark.django_db

LIST = "/api/v1/uploads/"
TRASH = "/api/v1/uploads/trash/"


@pytest.fixture
def member(organization):
    return make_member(organization)


def names(response):
    assert response.status_code == 200, response.json()
    return [row["original_filename"] for row in response.json()["results"]]


def test_a_list_is_newest_first_and_counted(organization, member):
    now = timezone.now()
    for hours in (2, 1, 3):
        make_upload(member, organization, original_filename=str(hours), created_at=now - timedelta(hours=hours))
    response = client_for(member).get(LIST)
    assert names(response) == ["1", "2", "3"]
    assert response.json()["count"] == 3
    assert response.json()["next"] is None


def test_a_list_needs_media_view(organization):
    user = make_member_with(organization, Permission.MEDIA_UPLOAD)
    assert client_for(user).get(LIST).status_code == 403


def test_following_the_cursor_shows_every_row_once_in_order(organization, member):
    for number in range(7):
        make_upload(member, organization, original_filename=str(number), size=10)  # equal sizes: the id decides
    client, url, seen = client_for(member), f"{LIST}?cursor=&limit=3&ordering=-size", []
    while url:
        answer = client.get(url).json()
        assert "count" not in answer
        seen += [row["original_filename"] for row in answer["results"]]
        url = answer["next"]
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_offset_pages_keep_the_filters_in_their_links(organization, member):
    for number in range(3):
        make_upload(member, organization, original_filename=str(number))
    answer = client_for(member).get(f"{LIST}?limit=1&offset=1&type=IMAGE").json()
    assert answer["count"] == 3
    assert "type=IMAGE" in answer["next"]
    assert "offset=2" in answer["next"]


@pytest.mark.parametrize("rows", [1, 6])
def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    organization, rows, django_assert_num_queries, member
):
    role = make_role(organization)
    for number in range(rows):
        upload = make_upload(
            make_member(organization),
            organization,
            tags=["a", f"b{number}"],
            allowed_roles=[role],
            has_thumbnail=True,
            visibility=Visibility.PUBLIC,
        )
        Usage.objects.create(upload=upload, entity_type="page", entity_id="1")
    client = client_for(member)
    # token, user and memberships; the page with its tags, roles, avatars and people
    with django_assert_num_queries(2):
        assert len(names(client.get(f"{LIST}?cursor=&limit=50"))) == rows
    with django_assert_num_queries(2 if rows == 1 else 3):  # a page with more after it is counted
        client.get(f"{LIST}?limit=5")


def test_a_detail_costs_a_constant_number_of_queries(organization, member, django_assert_num_queries):
    upload = make_upload(member, organization, tags=["a", "b", "c"], allowed_roles=[make_role(organization)])
    for number in range(5):
        Usage.objects.create(upload=upload, entity_type="page", entity_id=str(number))
    client = client_for(member)
    with django_assert_num_queries(5):
        answer = client.get(f"{LIST}{upload.pk}/")
    assert len(answer.json()["used_in"]) == 5
    assert answer["ETag"].startswith('"')


def test_the_etag_of_a_detail_changes_with_the_row(organization, member):
    upload = make_upload(member, organization)
    client = client_for(member)
    before = client.get(f"{LIST}{upload.pk}/")["ETag"]
    assert client.get(f"{LIST}{upload.pk}/")["ETag"] == before
    upload.updated_at += timedelta(microseconds=1)
    upload.save()
    assert client.get(f"{LIST}{upload.pk}/")["ETag"] != before


def deleted(owner, organization, name, **fields):
    return make_upload(owner, organization, original_filename=name, deleted_at=timezone.now(), **fields)


def test_the_trash_shows_own_files_or_all_by_what_one_may_delete(organization):
    creator = make_member(organization, "Creator")
    deleted(creator, organization, "mine")
    deleted(make_member(organization), organization, "theirs", visibility=Visibility.PUBLIC)
    make_upload(creator, organization, original_filename="live")
    assert names(client_for(creator).get(TRASH)) == ["mine"]
    assert names(client_for(make_member(organization, "Administrator")).get(TRASH)) == ["theirs", "mine"]


def test_the_trash_is_closed_to_those_who_may_delete_nothing(organization, member):
    assert client_for(member).get(TRASH).status_code == 403
    assert client_for().get(TRASH).status_code == 401


def test_the_trash_takes_the_same_filters_and_hides_what_is_being_purged(organization):
    creator = make_member(organization, "Creator")
    deleted(creator, organization, "a", tags=["sea"])
    deleted(creator, organization, "b")
    deleted(creator, organization, "c", purging_at=timezone.now())
    client = client_for(creator)
    assert names(client.get(TRASH, {"tag": "sea"})) == ["a"]
    assert names(client.get(TRASH)) == ["b", "a"]
    assert names(client.get(TRASH, {"ordering": "original_filename"})) == ["a", "b"]
    assert client.get(TRASH, {"nonsense": "1"}).status_code == 400


def test_deleted_files_are_in_no_list_and_unknown_as_details(organization, member):
    upload = deleted(member, organization, "gone")
    client = client_for(member)
    assert names(client.get(LIST)) == []
    assert client.get(f"{LIST}{upload.pk}/").status_code == 404


def test_methods_that_are_not_declared_are_refused(organization, member):
    assert client_for(member).put(LIST).status_code == 405
