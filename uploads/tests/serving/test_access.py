"""Who gets the bytes."""

import pytest
from django.utils import timezone

from common.db.ids import new_id
from permissions.authentication.tokens import issue_token
from permissions.choices import Permission, Visibility
from tests.factories import make_member, make_role, make_upload, make_user
from tests.reading_client import comparable, reader
from uploads.tests.serving.helpers import (
    CONTENT,
    assert_is_error,
    url_of,
)

pytestmark = pytest.mark.django_db


def test_a_public_file_is_served_to_anyone_as_it_was_stored(public, client):  # VM-01
    response = client.get(url_of(public))
    assert response.status_code == 200
    assert response.body == CONTENT
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["Content-Type"] == "image/png"


def test_a_public_file_is_served_to_members_of_other_organizations_too(public, other_organization):
    assert reader(make_member(other_organization)).get(url_of(public)).status_code == 200


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.ROLE_BASED])
def test_a_file_that_is_not_public_is_refused_to_nobody_in_particular(visibility, owner, organization, client):
    upload = make_upload(owner, organization, content=CONTENT, visibility=visibility)
    assert_is_error(client.get(url_of(upload)), 403, "permission_denied")


def test_a_private_file_is_served_to_its_owner(private, owner):  # VM-02
    assert reader(owner).get(url_of(private)).body == CONTENT


def test_a_private_file_is_served_to_those_who_may_see_everything(private, organization):  # VM-02
    assert reader(make_member(organization, "Administrator")).get(url_of(private)).status_code == 200


def test_a_private_file_is_refused_to_another_member(private, organization):  # VM-02
    assert_is_error(reader(make_member(organization)).get(url_of(private)), 403, "permission_denied")


def test_a_private_file_does_not_exist_for_members_of_other_organizations(private, other_organization):  # TI-01
    stranger = reader(make_member(other_organization, "Administrator"))
    answer, random = stranger.get(url_of(private)), stranger.get(f"/files/{new_id()}/{private.filename}")
    assert_is_error(answer, 404, "not_found")
    assert (answer.content, comparable(answer)) == (random.content, comparable(random))


def test_a_member_of_two_organizations_is_judged_in_that_of_the_file(private, organization, other_organization):
    both = make_user("both", other_organization.roles.get(name="Administrator"), organization.roles.get(name="Member"))
    assert reader(both).get(url_of(private)).status_code == 403


def test_a_superuser_sees_the_files_of_every_organization(private):
    assert reader(make_user("root", is_superuser=True)).get(url_of(private)).status_code == 200


def test_a_person_in_no_organization_finds_nothing(private):  # TI-19
    assert reader(make_user()).get(url_of(private)).status_code == 404


def test_an_allowed_role_lets_its_holders_in_and_nobody_else(owner, organization):  # VM-03, VM-05
    role = make_role(organization, Permission.MEDIA_VIEW)
    upload = make_upload(owner, organization, content=CONTENT, visibility=Visibility.ROLE_BASED, allowed_roles=[role])
    holder = make_user("holder", role)
    assert reader(holder).get(url_of(upload)).status_code == 200
    assert reader(make_member(organization)).get(url_of(upload)).status_code == 403
    holder.memberships.all().delete()
    assert reader(holder).get(url_of(upload)).status_code == 404


def test_a_file_taken_back_from_the_public_is_refused_at_once(public, client):  # SV-16
    assert client.get(url_of(public)).status_code == 200
    public.visibility = Visibility.PRIVATE
    public.save()
    assert client.get(url_of(public)).status_code == 403


def test_a_deleted_file_is_served_to_nobody(private, owner, public, client):  # VM-08
    for upload in (private, public):
        upload.deleted_at = timezone.now()
        upload.save()
    assert reader(owner).get(url_of(private)).status_code == 404
    assert client.get(url_of(public)).status_code == 404


def test_files_of_an_inactive_organization_are_served_to_nobody(public, private, owner, organization, client):
    organization.is_active = False
    organization.save()
    assert client.get(url_of(public)).status_code == 404
    assert reader(owner).get(url_of(private)).status_code == 404


def test_a_token_is_as_good_as_a_session(private, owner, client):
    token, _ = issue_token(user=owner)
    assert client.get(url_of(private), headers={"Authorization": f"Token {token}"}).body == CONTENT


@pytest.mark.parametrize("header", ["Token nonsense", "Token", "Bearer x", "", "Token " + "x" * 9000])
def test_a_bad_token_makes_nobody_of_the_caller_and_never_prompts(header, private, public, owner):  # AU-02
    client = reader(owner)
    assert client.get(url_of(private), headers={"Authorization": header}).status_code == 403
    assert client.get(url_of(public), headers={"Authorization": header}).status_code == 200


def test_a_deactivated_user_is_refused_at_the_next_request(private, owner):  # AU-02
    client = reader(owner)
    owner.is_active = False
    owner.save()
    assert client.get(url_of(private)).status_code == 403
