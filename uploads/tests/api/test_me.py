"""Who am I, and what do I look like here."""

import uuid

import pytest

from permissions.choices import Permission
from permissions.context import access_of
from permissions.services.memberships import add_member
from tests.factories import client_for, make_member, make_upload, make_user
from uploads.choices import UploadType
from uploads.models import StorageAccount, Upload, Usage

pytestmark = pytest.mark.django_db

ME, AVATAR = "/api/v1/me/", "/api/v1/me/avatar/"


@pytest.fixture
def member(organization):
    return make_member(organization, display_name="Mia")


def make_avatar(owner, organization, **fields):
    return make_upload(owner, organization, type=UploadType.AVATAR, **fields)


def counts():
    return dict(Upload.everything.values_list("pk", "usage_count"))


def test_me_is_the_caller_in_the_organization(member, organization):
    here = {"id": str(organization.pk), "slug": organization.slug, "name": organization.name}
    role = organization.roles.get(name="Member")
    assert client_for(member).get(ME).json() == {
        "user": {
            "id": str(member.pk),
            "username": member.username,
            "email": member.email,
            "display_name": "Mia",
            "language": "",
            "time_zone": "",
            "avatar_url": None,
        },
        "organization": {**here, "storage": {"used": 0, "quota": None}},
        "organizations": [here],
        "roles": [{"id": str(role.pk), "name": "Member"}],
        "permissions": sorted(access_of(member).permissions),
        "storage": {"used": 0, "quota": None},
    }


def test_roles_and_permissions_are_those_of_the_named_organization(member, organization, other_organization):
    add_member(user=member, role=other_organization.roles.get(name="Administrator"))
    there = client_for(member, other_organization).get(ME).json()
    assert there["organization"]["slug"] == other_organization.slug
    assert [role["name"] for role in there["roles"]] == ["Administrator"]
    assert Permission.MEDIA_DELETE_ALL in there["permissions"]
    assert Permission.MEDIA_DELETE_ALL not in client_for(member, organization).get(ME).json()["permissions"]
    assert sorted(row["slug"] for row in there["organizations"]) == sorted([organization.slug, other_organization.slug])


def test_storage_is_what_ones_own_files_hold_here(member, organization, other_organization):
    organization.user_quota = 100
    organization.save()
    StorageAccount.objects.create(organization=organization, user=member, used=7)
    StorageAccount.objects.create(organization=organization, used=50)
    StorageAccount.objects.create(organization=other_organization, user=member, used=9)
    assert client_for(member).get(ME).json()["storage"] == {"used": 7, "quota": 100}


# FA-E8
def test_the_storage_of_the_organization_is_told_beside_ones_own(member, organization):
    organization.storage_quota = 60
    organization.save()
    StorageAccount.objects.create(organization=organization, used=50)
    me = client_for(member).get(ME).json()
    assert me["organization"]["storage"] == {"used": 50, "quota": 60}
    assert me["storage"] == {"used": 0, "quota": None}
    assert "storage" not in me["organizations"][0]


def test_a_superuser_sees_the_named_organization(organization):
    user = make_user(is_superuser=True)
    me = client_for(user, organization).get(ME).json()
    assert me["organization"]["slug"] == organization.slug
    assert me["roles"] == []


def test_me_costs_the_same_in_many_organizations(member, django_assert_num_queries):
    client = client_for(member)
    with django_assert_num_queries(2):
        client.get(ME)


def test_the_roles_of_ones_organization_are_listed(member, organization, other_organization):
    other_organization.roles.filter(name="Creator").update(name="Secret")
    body = client_for(member).get("/api/v1/roles/").json()
    assert [role["name"] for role in body["results"]] == ["Administrator", "Creator", "Member"]
    assert sorted(body["results"][0]) == ["id", "name"]


def test_an_own_avatar_is_shown_and_counted(member, organization):
    upload = make_avatar(member, organization)
    answer = client_for(member).put(AVATAR, {"upload": str(upload.pk)})
    assert answer.status_code == 200
    assert answer.json()["user"]["avatar_url"] == f"http://testserver/files/{upload.pk}/{upload.filename}"
    assert counts() == {upload.pk: 1}


def test_setting_the_same_avatar_again_changes_nothing(member, organization):
    upload, client = make_avatar(member, organization), client_for(member)
    for _ in range(2):
        assert client.put(AVATAR, {"upload": str(upload.pk)}).status_code == 200
    assert counts() == {upload.pk: 1}
    assert Usage.objects.count() == 1


def test_a_new_avatar_releases_the_one_before(member, organization):
    first, second = make_avatar(member, organization), make_avatar(member, organization)
    client = client_for(member)
    for upload in (first, second):
        client.put(AVATAR, {"upload": str(upload.pk)})
    assert counts() == {first.pk: 0, second.pk: 1}


def test_avatars_of_two_organizations_live_side_by_side(member, organization, other_organization):
    add_member(user=member, role=other_organization.roles.get(name="Member"))
    here, there = make_avatar(member, organization), make_avatar(member, other_organization)
    client_for(member, organization).put(AVATAR, {"upload": str(here.pk)})
    client_for(member, other_organization).put(AVATAR, {"upload": str(there.pk)})
    assert str(here.pk) in client_for(member, organization).get(ME).json()["user"]["avatar_url"]
    assert str(there.pk) in client_for(member, other_organization).get(ME).json()["user"]["avatar_url"]


def test_removing_the_avatar_releases_it_and_may_be_repeated(member, organization):
    upload, client = make_avatar(member, organization), client_for(member)
    client.put(AVATAR, {"upload": str(upload.pk)})
    assert [client.delete(AVATAR).status_code for _ in range(2)] == [204, 204]
    assert counts() == {upload.pk: 0}
    assert client.get(ME).json()["user"]["avatar_url"] is None


# TI-03, UC-05
@pytest.mark.parametrize("kind", ["unknown", "malformed", "foreign", "another's", "no avatar", "deleted"])
def test_what_is_no_avatar_of_ones_own_does_not_exist(member, organization, other_organization, kind):
    upload = {
        "foreign": lambda: make_avatar(member, other_organization),
        "another's": lambda: make_avatar(make_member(organization), organization),
        "no avatar": lambda: make_upload(member, organization),
        "deleted": lambda: make_avatar(member, organization, deleted_at="2026-01-01T00:00:00Z"),
    }.get(kind)
    pk = str(upload().pk) if upload else {"unknown": str(uuid.uuid4()), "malformed": "x"}[kind]
    answer = client_for(member).put(AVATAR, {"upload": pk})
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "validation_error",
        "errors": [{"code": "does_not_exist", "detail": "Object does not exist.", "attr": "upload"}],
    }
    assert not Usage.objects.exists()


@pytest.mark.parametrize("body", [{}, {"upload": None}, {"upload": ""}, {"upload": [], "x": 1}])
def test_an_avatar_needs_an_upload_and_nothing_else(member, body):
    assert client_for(member).put(AVATAR, body).status_code == 400
