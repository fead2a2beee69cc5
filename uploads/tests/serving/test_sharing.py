"""Links to files: who may make, list and revoke them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.db.ids import new_id
from permissions.choices import Permission
from permissions.context import access_of
from tests.factories import client_for, make_member, make_role, make_upload, make_user
from tests.reading_client import reader
from uploads.models import Activity, ShareLink
from uploads.sharing.links import create_share_link, follow_share_link
from uploads.tests.serving.helpers import CONTENT, address_of, api_of, assert_is_error

pytestmark = pytest.mark.django_db


def test_a_link_opens_a_private_file_for_anyone(upload, owner):
    answer = client_for(owner).post(api_of(upload), {"expires_in": 3600})
    assert answer.status_code == 201
    made = answer.json()
    assert made["url"].startswith("http://testserver/s/")
    assert made["created_by"] == {"id": str(owner.pk), "username": owner.username}
    assert (made["access_count"], made["last_used_at"], made["revoked_at"]) == (0, None, None)
    response = reader().get(made["url"])
    assert (response.status_code, response.body) == (200, CONTENT)


def test_a_link_is_good_for_as_long_as_was_asked(upload, owner):
    made = client_for(owner).post(api_of(upload), {"expires_in": 60}).json()
    link = ShareLink.objects.get(pk=made["id"])
    assert link.expires_at - link.created_at == timedelta(seconds=60)


def test_a_link_is_good_for_a_week_where_nothing_was_asked(upload, owner):
    client_for(owner).post(api_of(upload), {})
    link = ShareLink.objects.get()
    assert link.expires_at - link.created_at == timedelta(days=7)


@pytest.mark.parametrize("expires_in", [0, -1, 90 * 86400 + 1, 10**30, 1.5, "1e9", "x", None, True, [], {}])
def test_another_life_is_refused(expires_in, upload, owner):  # FZ-03
    answer = client_for(owner).post(api_of(upload), {"expires_in": expires_in})
    assert answer.status_code == 400
    assert not ShareLink.objects.exists()


def test_a_body_may_say_nothing_else(upload, owner):
    answer = client_for(owner).post(api_of(upload), {"expires_in": 60, "upload": str(new_id())})
    assert_is_error(answer, 400, "unknown_field")


def test_links_are_listed_newest_first_in_few_queries(upload, owner, link, django_assert_num_queries):
    newer = create_share_link(access=access_of(owner), upload=upload, expires_in=timedelta(hours=2))
    client = client_for(owner)
    with django_assert_num_queries(3):  # the token with the caller's roles, the file, the links
        listed = client.get(api_of(upload)).json()
    assert listed["count"] == 2
    assert [row["id"] for row in listed["results"]] == [str(newer.pk), str(link.pk)]
    assert listed["results"][1]["url"].endswith(address_of(link))


def test_a_typo_in_a_parameter_is_refused(upload, owner):
    assert_is_error(client_for(owner).get(api_of(upload), {"ordering": "size"}), 400, "unknown_parameter")


def test_a_revoked_link_opens_nothing_from_then_on(upload, owner, link):
    client = client_for(owner)
    assert client.delete(f"{api_of(upload)}{link.pk}/").status_code == 204
    assert_is_error(reader().get(address_of(link)), 403, "link_over")
    assert client.get(api_of(upload)).json()["results"][0]["url"] is None
    revoked_at = ShareLink.objects.get().revoked_at
    assert client.delete(f"{api_of(upload)}{link.pk}/").status_code == 204
    assert ShareLink.objects.get().revoked_at == revoked_at


def test_the_history_of_a_file_tells_who_shared_it_and_keeps_no_address(upload, owner):
    client = client_for(owner)
    made = client.post(api_of(upload), {"expires_in": 60}).json()
    for _ in range(2):
        client.delete(f"{api_of(upload)}{made['id']}/")
    told = Activity.objects.filter(upload_id=upload.pk).order_by("created_at", "id")
    assert list(told.values_list("action", "actor_id")) == [("share", owner.pk), ("unshare", owner.pk)]
    assert made["url"].split("/")[-2] not in str(list(told.values_list("changes", flat=True)))


def test_a_link_of_another_file_is_not_found_below_this_one(upload, owner, organization, link):  # TI-02
    other = make_upload(owner, organization)
    for pk in (link.pk, new_id(), "nonsense"):
        assert_is_error(client_for(owner).delete(f"{api_of(other)}{pk}/"), 404, "not_found")
    assert follow_share_link(link_id=link.pk) == link


# Who may


@pytest.fixture
def methods(upload, link):
    """Every call there is, as functions of a client."""
    return [
        lambda client: client.get(api_of(upload)),
        lambda client: client.post(api_of(upload), {"expires_in": 60}),
        lambda client: client.delete(f"{api_of(upload)}{link.pk}/"),
    ]


def assert_nothing_happened(link):
    assert list(ShareLink.objects.values_list("pk", "revoked_at")) == [(link.pk, None)]


def test_nobody_in_particular_may_not(methods, link):  # AU-01
    for call in methods:
        assert_is_error(call(client_for()), 401, "not_authenticated")
    assert_nothing_happened(link)


def test_a_member_may_not(methods, link, organization):
    for call in methods:
        assert_is_error(call(client_for(make_member(organization))), 403, "permission_denied")
    assert_nothing_happened(link)


def test_another_creator_may_not(methods, link, organization):  # PM-04
    for call in methods:
        assert_is_error(call(client_for(make_member(organization, "Creator"))), 403, "permission_denied")
    assert_nothing_happened(link)


def test_an_administrator_of_another_organization_finds_nothing(methods, link, other_organization):  # TI-01
    for call in methods:
        assert_is_error(call(client_for(make_member(other_organization, "Administrator"))), 404, "not_found")
    assert_nothing_happened(link)


def test_an_administrator_may_share_any_file(upload, organization):
    client = client_for(make_member(organization, "Administrator"))
    url = client.post(api_of(upload), {"expires_in": 60}).json()["url"]
    assert reader().get(url).status_code == 200


def test_who_may_edit_everything_and_not_see_it_cannot_open_it_by_a_link(upload, organization):
    editor = make_user("editor", make_role(organization, Permission.MEDIA_EDIT_ALL, Permission.MEDIA_VIEW))
    assert_is_error(client_for(editor).post(api_of(upload), {"expires_in": 60}), 403, "permission_denied")
    assert not ShareLink.objects.exists()


def test_a_file_in_the_trash_is_not_shared(upload, owner):
    upload.deleted_at = timezone.now()
    upload.save()
    assert_is_error(client_for(owner).post(api_of(upload), {"expires_in": 60}), 404, "not_found")


# What the database itself holds to


def test_a_link_that_ends_before_it_begins_is_refused(upload, owner):
    now = timezone.now()
    with pytest.raises(IntegrityError, match="share_link_expires_after_it_begins"), transaction.atomic():
        ShareLink.objects.create(upload=upload, created_by=owner, created_at=now, expires_at=now)
    ShareLink.objects.create(upload=upload, created_by=owner, created_at=now, expires_at=now + timedelta(seconds=1))


def test_a_count_without_a_time_is_refused(link):
    with pytest.raises(IntegrityError, match="share_link_count_and_last_use_go_together"), transaction.atomic():
        ShareLink.objects.update(access_count=1)
    ShareLink.objects.update(access_count=1, last_used_at=timezone.now())
