"""The first steps of a superuser in the admin: organizations and people, and quotas with their units."""

import pytest

from permissions.models import Organization, User
from tests.factories import client_for, make_member, make_user

pytestmark = pytest.mark.django_db

USERS, ORGANIZATIONS = "/admin/permissions/user/", "/admin/permissions/organization/"
PASSWORDS = {"password1": "a-long-new-secret", "password2": "a-long-new-secret", "usable_password": "true"}


@pytest.fixture
def root(client):
    person = make_user("root", is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


# FA-E1
@pytest.mark.parametrize("with_role", [True, False])
def test_a_fresh_superuser_creates_a_person(client, root, organization, with_role):
    role = organization.roles.get(name="Creator")
    values = {"username": "ben", **PASSWORDS, **({"role": role.pk} if with_role else {})}
    assert client.post(f"{USERS}add/", values).status_code == 302
    assert list(User.objects.get(username="ben").roles.all()) == ([role] if with_role else [])


# FA-E1
def test_an_error_is_shown_at_its_field(client, keeper):
    client.force_login(keeper)
    page = client.post(f"{USERS}add/", {"username": "ben", **PASSWORDS})
    assert list(page.context["adminform"].form.errors) == ["role"]
    shown = [name for _, options in page.context["adminform"].fieldsets for name in options["fields"]]
    assert "role" in shown


# FA-E1, FA-E7
def test_the_first_organization_takes_its_creator_a_slug_and_a_quota(client, root):
    page = client.get(f"{ORGANIZATIONS}add/")
    assert page.context["adminform"].form.initial["public_listing"] is False
    answer = client.post(f"{ORGANIZATIONS}add/", {"name": "Acme Press", "is_active": "on", "storage_quota": "1,5 TB"})
    assert answer.status_code == 302
    acme = Organization.objects.get()
    assert (acme.slug, acme.storage_quota, acme.user_quota) == ("acme-press", 1_500_000_000_000, None)
    assert (acme.is_default, acme.public_listing) == (True, False)
    assert root.roles.get().organization == acme
    assert set(acme.roles.values_list("works_in_admin", flat=True)) == {True}


def test_another_organization_leaves_its_creator_where_they_are(client, root, organization):
    make_member(organization).memberships.update(user=root)
    client.post(f"{ORGANIZATIONS}add/", {"name": "Home", "is_active": "on"})
    made = Organization.objects.exclude(pk=organization.pk).get()
    assert (made.slug, made.is_default, made.memberships.count()) == ("home-2", False, 0)


@pytest.mark.parametrize(("text", "quota"), [("50 GiB", 50 * 2**30), ("", None), ("0", 0), ("1234", 1234)])
def test_a_quota_is_read_back_as_it_is_shown(client, root, organization, text, quota):
    values = {"name": "Home", "slug": "home", "is_active": "on", "is_default": "on", "storage_quota": text}
    address = f"{ORGANIZATIONS}{organization.pk}/change/"
    assert client.post(address, values).status_code == 302
    organization.refresh_from_db()
    assert organization.storage_quota == quota
    field = client.get(address).context["adminform"].form["storage_quota"]
    assert (field.value() or "") == text


@pytest.mark.parametrize("text", ["much", "-5 GB", "5 apples", "9e9", "99999999 TB"])
def test_a_quota_that_is_no_size_is_an_error_of_its_field(client, root, organization, text):
    values = {"name": "Home", "slug": "home", "is_active": "on", "storage_quota": text}
    page = client.post(f"{ORGANIZATIONS}{organization.pk}/change/", values)
    assert list(page.context["adminform"].form.errors) == ["storage_quota"]


def test_a_caller_without_an_organization_is_told_what_to_do(root):
    answer = client_for(root).get("/api/v1/me/")
    assert answer.status_code == 403
    (error,) = answer.json()["errors"]
    assert error["code"] == "not_a_member" and "invitation" in error["detail"]


def test_the_overview_leads_a_superuser_to_the_first_organization(client, root):
    assert f"{ORGANIZATIONS}add/" in client.get("/admin/").content.decode()
    client.post(f"{ORGANIZATIONS}add/", {"name": "Acme", "is_active": "on"})
    assert "There is no organization yet" not in client.get("/admin/").content.decode()
