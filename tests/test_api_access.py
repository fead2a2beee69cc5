"""Who may call what, and what one row answers to whom."""

import uuid

import pytest
from rest_framework.test import APIClient

from permissions.choices import Permission, Visibility
from permissions.models import Organization, User
from tests.factories import client_for, make_member, make_member_with, make_upload, make_user
from tests.reading_client import comparable

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.probe_urls")]

UNKNOWN = "01890000-0000-7000-8000-000000000000"  # fixed: every worker must collect the same tests
PROBES = "/api/v1/probes/"


def codes(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


# FZ-06
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{PROBES}{UNKNOWN}/"),
        ("GET", f"{PROBES}undeclared/"),
        ("OPTIONS", PROBES),
        ("TRACE", PROBES),
        ("PUT", PROBES),
        ("FOO", PROBES),
    ],
)
def test_what_is_not_declared_is_405_before_any_query(organization, django_assert_num_queries, method, path):
    client = client_for(make_member(organization, "Administrator"))
    with django_assert_num_queries(0):
        answer = client.generic(method, path)
    assert codes(answer) == (405, "method_not_allowed")


# FZ-06
def test_a_method_cannot_be_overridden_by_a_header(organization):
    client = client_for(make_member(organization))
    answer = client.post(f"{PROBES}everyone/", {}, HTTP_X_HTTP_METHOD_OVERRIDE="GET")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["uploaders/", "either/"])
def test_an_anonymous_caller_is_401_before_any_query(api, organization, django_assert_num_queries, path):
    with django_assert_num_queries(0):
        answer = api.get(PROBES + path)
    assert codes(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_a_missing_permission_is_403(organization):
    client = client_for(make_member_with(organization))
    assert codes(client.get(f"{PROBES}uploaders/")) == (403, "permission_denied")
    assert codes(client.get(f"{PROBES}either/")) == (403, "permission_denied")
    assert codes(client.get(PROBES)) == (403, "permission_denied")


@pytest.mark.parametrize("permission", [Permission.MEDIA_DELETE_ALL, Permission.MEDIA_DELETE_OWN])
def test_either_of_two_permissions_is_enough(organization, permission):
    assert client_for(make_member_with(organization, permission)).get(f"{PROBES}either/").status_code == 200


def test_a_permission_counts_in_its_own_organization_only(organization, other_organization):
    user = make_member_with(organization, Permission.MEDIA_UPLOAD)
    make_member(other_organization, "Member")
    user.memberships.create(role=other_organization.roles.get(name="Member"), organization=other_organization)
    other_organization.roles.get(name="Member").group.permissions.clear()
    assert client_for(user, organization).get(f"{PROBES}uploaders/").status_code == 200
    assert client_for(user, other_organization).get(f"{PROBES}uploaders/").status_code == 403


def test_an_anonymous_caller_acts_in_the_default_organization(api, organization):
    assert api.get(f"{PROBES}everyone/").json() == {"organization": str(organization.pk)}


# TI-19
def test_without_a_default_organization_anonymous_lists_are_empty(api, other_organization):
    make_upload(make_member(other_organization), other_organization, visibility=Visibility.PUBLIC)
    assert api.get(PROBES).json()["results"] == []


@pytest.mark.parametrize("by", ["slug", "pk"])
def test_an_organization_is_named_by_slug_or_id(organization, other_organization, by):
    user = make_member(organization)
    user.memberships.create(role=other_organization.roles.get(name="Member"), organization=other_organization)
    answer = client_for(user).get(f"{PROBES}everyone/", HTTP_X_ORGANIZATION=str(getattr(other_organization, by)))
    assert answer.json() == {"organization": str(other_organization.pk)}


GARBAGE = ["nowhere", "\x00", "é", "x" * 10_000, "' OR 1=1 --", "*", "{}", UNKNOWN]


# TI-06
@pytest.mark.parametrize("name", [*GARBAGE, "elsewhere"])
@pytest.mark.parametrize("superuser", [False, True])
def test_an_organization_that_is_not_ones_own_and_one_that_is_not_there_look_alike(
    organization, other_organization, name, superuser
):
    user = make_member(organization, is_superuser=superuser)
    if superuser:
        other_organization.delete()
    answer = client_for(user).get(f"{PROBES}everyone/", HTTP_X_ORGANIZATION=name)
    assert codes(answer) == (403, "not_a_member")
    assert answer.json()["errors"][0]["detail"] == "You are not a member of that organization."


@pytest.mark.parametrize("name", GARBAGE)
def test_an_anonymous_caller_who_names_no_public_organization_is_401(api, organization, name):
    answer = api.get(f"{PROBES}everyone/", HTTP_X_ORGANIZATION=name)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


# TI-19
def test_an_inactive_organization_is_403_for_its_members(organization):
    client = client_for(make_member(organization))
    Organization.objects.update(is_active=False)
    assert codes(client.get(PROBES)) == (403, "not_a_member")


# VM-12
def test_a_superuser_without_a_membership_names_the_organization(organization):
    user = make_user(is_superuser=True)
    assert client_for(user).get(PROBES).status_code == 403
    assert client_for(user, organization).get(PROBES).status_code == 200


def every_way(client, pk):
    return [client.get(f"{PROBES}{pk}/"), client.patch(f"{PROBES}{pk}/", {})]


# TI-01
def test_a_foreign_row_answers_as_one_that_does_not_exist(organization, other_organization):
    owner = make_member(organization)
    upload = make_upload(owner, organization, visibility=Visibility.PUBLIC)
    foreigner = client_for(make_member(other_organization, "Administrator"))
    for foreign, unknown in zip(every_way(foreigner, upload.pk), every_way(foreigner, uuid.uuid4()), strict=True):
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.json() == unknown.json()
        assert comparable(foreign) == comparable(unknown)


@pytest.mark.parametrize("pk", ["x", "1", "%00", "..%2f", "{" + "0" * 34 + "}", "0" * 32, "é", "a" * 8000])
def test_a_malformed_id_does_not_exist(organization, pk):
    client = client_for(make_member(organization, "Administrator"))
    assert [answer.status_code for answer in every_way(client, pk)] == [404, 404]


def test_a_deleted_row_does_not_exist(organization):
    owner = make_member(organization, "Administrator")
    upload = make_upload(owner, organization)
    type(upload).everything.filter(pk=upload.pk).update(deleted_at=upload.created_at)
    assert [answer.status_code for answer in every_way(client_for(owner), upload.pk)] == [404, 404]


# VM-02
def test_a_row_of_ones_organization_that_may_not_be_seen_is_403(organization):
    upload = make_upload(make_member(organization), organization)
    client = client_for(make_member(organization))
    assert [codes(answer) for answer in every_way(client, upload.pk)] == [(403, "permission_denied")] * 2


def test_a_private_row_is_401_for_an_anonymous_caller(api, organization):
    upload = make_upload(make_member(organization), organization)
    answer = api.get(f"{PROBES}{upload.pk}/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


def test_a_public_row_is_seen_by_an_anonymous_caller(api, organization):
    upload = make_upload(make_member(organization), organization, visibility=Visibility.PUBLIC)
    assert api.get(f"{PROBES}{upload.pk}/").status_code == 200


def test_a_row_costs_one_query_besides_the_caller(organization, django_assert_num_queries):
    owner = make_member(organization)
    upload, client = make_upload(owner, organization), client_for(owner)
    with django_assert_num_queries(2):
        assert client.get(f"{PROBES}{upload.pk}/").status_code == 200


def test_a_write_with_the_entity_tag_of_the_present_state_passes(organization):
    owner = make_member(organization, "Creator")
    upload, client = make_upload(owner, organization), client_for(owner)
    tag = client.get(f"{PROBES}{upload.pk}/")["ETag"]
    for header in (tag, "*", f'"old", {tag}'):
        assert client.patch(f"{PROBES}{upload.pk}/", {}, HTTP_IF_MATCH=header).status_code == 200


@pytest.mark.parametrize("header", ['"old"', "", "old", 'W/"x"', '"', "x" * 5000])
def test_a_write_with_a_stale_entity_tag_is_412(organization, header):
    owner = make_member(organization, "Creator")
    upload = make_upload(owner, organization)
    answer = client_for(owner).patch(f"{PROBES}{upload.pk}/", {}, HTTP_IF_MATCH=header)
    assert codes(answer) == (412, "precondition_failed")


def test_the_entity_tag_changes_with_the_row(organization):
    owner = make_member(organization)
    upload, client = make_upload(owner, organization), client_for(owner)
    before = client.get(f"{PROBES}{upload.pk}/")["ETag"]
    type(upload).objects.update(updated_at="2030-01-01T00:00:00Z")
    assert client.get(f"{PROBES}{upload.pk}/")["ETag"] != before


def refusal(client, **body):
    answer = client.post(PROBES, body)
    assert answer.status_code == 400
    return answer.json()


# TI-03
@pytest.mark.parametrize("field", ["upload", "visible"])
def test_an_id_in_a_body_is_one_of_ones_organization(organization, other_organization, field):
    owner = make_member(organization)
    client = client_for(owner)
    own, foreign = make_upload(owner, organization), make_upload(make_user(), other_organization)
    assert client.post(PROBES, {field: str(own.pk)}).status_code == 200
    expected = refusal(client, **{field: str(foreign.pk)})
    assert expected["errors"] == [{"code": "does_not_exist", "detail": "Object does not exist.", "attr": field}]
    for unknown in (str(uuid.uuid4()), "x", 1, True, [], {}, "\x00", 2**70):
        assert refusal(client, **{field: unknown}) == expected


def test_an_id_may_be_asked_to_be_visible(organization):
    hidden = make_upload(make_member(organization), organization)
    client = client_for(make_member(organization))
    assert client.post(PROBES, {"upload": str(hidden.pk)}).status_code == 200
    assert refusal(client, visible=str(hidden.pk))["errors"][0]["code"] == "does_not_exist"


def test_anonymous_requests_of_one_address_are_limited(organization, throttled):
    throttled(anonymous="2/min")
    anonymous = APIClient()
    assert [anonymous.get(PROBES).status_code for _ in range(3)] == [200, 200, 429]
    member = client_for(User.objects.get(pk=make_member(organization).pk))
    assert member.get(PROBES).status_code == 200
