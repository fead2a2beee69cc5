"""The organization that a person acts in while using the admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from permissions.admin.tenant import SESSION_KEY
from permissions.choices import Permission
from permissions.services.memberships import add_member
from tests.factories import make_member, make_organization, make_role, make_user

pytestmark = pytest.mark.django_db

INDEX = "/admin/"
ROLES = "/admin/permissions/role/"


@pytest.fixture
def both():
    """A user with a role in two organizations, the first one being the default."""
    first, second = make_organization(name="First house"), make_organization(name="Second house")
    person = make_member(first, "Administrator", is_staff=True)
    add_member(user=person, role=second.roles.get(name="Member"))
    return first, second, person


def _client(person, **options) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


def _switch(client, organization):
    return client.post(
        reverse("admin:switch_organization"), {"organization": getattr(organization, "pk", organization)}
    )


def test_the_default_membership_is_acted_in_at_first(both):
    page = _client(both[2]).get(ROLES).content.decode()
    assert "First house" in page


def test_switching_changes_what_one_may_do(both):
    client = _client(both[2])
    _switch(client, both[1])
    assert client.get(ROLES).status_code == 403


def test_switching_to_an_organization_one_does_not_belong_to_is_refused(both):
    stranger = make_organization(name="Third house")
    client = _client(both[2])
    _switch(client, stranger)
    assert SESSION_KEY not in client.session
    assert "Third house" not in client.get(INDEX).content.decode()


def test_a_member_cannot_choose_all_organizations(both):
    client = _client(both[2])
    _switch(client, "all")
    assert SESSION_KEY not in client.session


# AD-06
def test_switching_by_get_is_not_possible(both):
    assert _client(both[2]).get(reverse("admin:switch_organization")).status_code == 405


# AD-06
def test_switching_needs_the_csrf_token(both):
    assert _switch(_client(both[2], enforce_csrf_checks=True), both[1]).status_code == 403


def test_losing_the_membership_ends_the_access_with_the_next_request(both):
    client = _client(both[2])
    _switch(client, both[0])
    both[2].memberships.filter(organization=both[0]).delete()
    assert client.get(ROLES).status_code == 403


def test_an_inactive_organization_is_not_acted_in(both):
    both[0].is_active = False
    both[0].save()
    client = _client(both[2])
    assert "First house" not in client.get(INDEX).content.decode()


def test_staff_without_an_organization_see_an_explanation():
    answer = _client(make_user(is_staff=True)).get(INDEX)
    assert answer.status_code == 200
    assert "You do not belong to an organization yet" in answer.content.decode()


def test_the_overview_offers_only_what_one_may_use():
    organization = make_organization()
    page = _client(make_user("", make_role(organization, Permission.VIEW_ROLE), is_staff=True)).get(INDEX)
    assert ROLES in page.content.decode()
    assert "/admin/permissions/user/" not in page.content.decode()


# VM-12
def test_a_superuser_acts_in_all_organizations_until_choosing_one():
    make_organization(name="First house")
    second = make_organization(name="Second house")
    client = _client(make_user(is_staff=True, is_superuser=True))
    assert "First house" in client.get("/admin/permissions/organization/?q=first").content.decode()
    _switch(client, second)
    assert client.get("/admin/permissions/organization/?q=first").context["cl"].result_count == 0


# AD-12
def test_changing_a_role_is_logged_with_actor_and_change():
    organization = make_organization()
    person = make_member(organization, "Administrator", is_staff=True)
    role = make_role(organization, name="Editors")
    _client(person).post(f"{ROLES}{role.pk}/change/", {"name": "Writers", "may_files": ["media_view"]})
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.object_repr) == (person, str(role.pk), "Writers")
    assert "Name" in entry.get_change_message()
