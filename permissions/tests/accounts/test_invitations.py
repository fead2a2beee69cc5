"""Invitations: who may invite to what, and what becomes of a link."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from permissions.choices import Permission
from permissions.models import Invitation, User
from tests.factories import PASSWORD, make_member, make_role, make_user

pytestmark = pytest.mark.django_db

INVITATIONS = "/admin/permissions/invitation/"
PERSON = {"username": "ben", "display_name": "Ben", "password": "correct horse battery"}


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def invite(client, role, email=""):
    """Invite to `role`; return the path of the link that the page shows, if it was made."""
    page = client.post(f"{INVITATIONS}add/", {"role": role.pk, "email": email}, follow=True).content.decode()
    link = re.search(r"http://testserver(/account/invitation/[0-9a-f]{64}/)", page)
    return link and link[1]


@pytest.fixture
def creator(organization):
    role = organization.roles.get(name="Creator")
    role.works_in_admin = True
    role.save()
    return role


# FA-E1
def test_an_invited_person_makes_an_account_and_works_in_the_admin(keeper, creator):
    link, guest = invite(signed_in(keeper), creator, "ben@example.org"), Client()
    assert link in mail.outbox[0].body and mail.outbox[0].to == ["ben@example.org"]
    assert "Home" in guest.get(link).content.decode()
    assert guest.post(link, PERSON)["Location"] == "/admin/"
    assert guest.get("/admin/uploads/upload/").status_code == 200
    ben = User.objects.get(username="ben")
    assert (list(ben.roles.all()), ben.email, ben.is_staff) == ([creator], "ben@example.org", False)


def test_a_link_is_handed_over_where_no_email_is_sent(keeper, creator, settings):
    settings.EMAIL_CONFIGURED = False
    assert invite(signed_in(keeper), creator, "ben@example.org")
    assert mail.outbox == []


def test_only_a_digest_is_stored(keeper, creator):
    link = invite(signed_in(keeper), creator)
    assert link.split("/")[-2] not in str(list(Invitation.objects.values()))


@pytest.mark.parametrize("end", ["used", "expired", "revoked", "inviter left", "inviter weaker", "wrong"])
def test_a_link_that_is_over_opens_nothing(keeper, creator, end):
    boss, client = make_member(creator.organization, "Administrator", is_staff=True), Client()
    link = invite(signed_in(boss), creator)
    if end == "used":
        Client().post(link, {**PERSON, "username": "first"})
    elif end == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "revoked":
        signed_in(keeper).post(f"{INVITATIONS}{Invitation.objects.get().pk}/delete/", {"post": "yes"})
    elif end == "inviter left":
        boss.memberships.all().delete()
    elif end == "inviter weaker":
        boss.memberships.update(role=creator.organization.roles.get(name="Member"))
    else:
        link = f"/account/invitation/{'0' * 64}/"
    assert client.get(link).status_code == client.post(link, PERSON).status_code == 400
    assert not User.objects.filter(username="ben").exists()


def test_a_name_that_is_taken_leaves_the_link_open(keeper, creator):
    make_user("ben")
    link = invite(signed_in(keeper), creator)
    assert list(Client().post(link, PERSON).context["form"].errors) == ["username"]
    assert Client().post(link, {**PERSON, "username": "ben2"}).status_code == 302


def test_a_person_with_an_account_joins_with_it(keeper, creator, other_organization):
    person = make_member(other_organization)
    client = signed_in(person)
    link = invite(signed_in(keeper), creator)
    assert "Join as" in client.get(link).content.decode()
    assert client.post(link)["Location"] == "/admin/"
    assert set(person.roles.all()) == {creator, other_organization.roles.get(name="Member")}


# FA-B11
def test_an_invitation_offers_no_role_that_the_inviter_may_not_grant(organization, other_organization, creator):
    weak = make_user("", make_role(organization, Permission.ADD_MEMBERSHIP, Permission.VIEW_MEMBERSHIP), is_staff=True)
    empty = make_role(organization)  # files may be shared with it
    for role in (creator, empty, organization.roles.get(name="Administrator"), other_organization.roles.first()):
        assert invite(signed_in(weak), role) is None
    assert not Invitation.objects.exists()


def test_a_person_whose_role_does_not_work_in_the_admin_gets_an_account(keeper, organization):
    link, guest = invite(signed_in(keeper), organization.roles.get(name="Member")), Client()
    assert guest.post(link, PERSON)["Location"] == "/account/"
    assert "does not" not in guest.get("/account/").content.decode()
    refusal = Client().post("/admin/login/", {"username": "ben", "password": PERSON["password"]})
    assert "None of your roles works in the admin" in refusal.content.decode()


def test_the_role_opens_and_closes_the_admin_at_the_next_request(organization, creator):
    client = signed_in(make_member(organization, "Creator"))
    assert client.get("/admin/").status_code == 200
    creator.works_in_admin = False
    creator.save()
    assert client.get("/admin/").status_code == 302


def test_people_without_staff_status_sign_in_and_change_their_password(organization):
    member, client = make_member(organization), Client()
    answer = client.post("/account/sign-in/", {"username": member.username, "password": PASSWORD})
    assert answer["Location"] == "/account/"
    values = {"old_password": PASSWORD, "new_password1": "correct horse", "new_password2": "correct horse"}
    assert client.post("/account/password/change/", {**values, "old_password": "wrong"}).status_code == 200
    assert client.post("/account/password/change/", values)["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    member.refresh_from_db()
    assert member.check_password("correct horse")


def test_a_forgotten_password_is_replaced_by_the_pages(organization):
    member, client = make_member(organization), Client()
    known, unknown = (
        client.post("/account/password/reset/", {"email": email}) for email in (member.email, "nobody@example.org")
    )
    assert known.content == unknown.content
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    values = {"new_password1": "correct horse", "new_password2": "correct horse"}
    assert client.post(page.redirect_chain[-1][0], values)["Location"] == "/account/sign-in/"
    assert "not valid any more" in Client().get(link, follow=True).content.decode()
    member.refresh_from_db()
    assert member.check_password("correct horse")


def test_an_administrator_hands_over_a_link_to_a_new_password(keeper, organization):
    member = make_member(organization)
    action = {"action": "make_password_link", "_selected_action": [member.pk]}
    page = signed_in(keeper).post("/admin/permissions/user/", action, follow=True).content.decode()
    link = re.search(r"http://testserver(/account/password/reset/[^<\s]+)", page)[1]
    assert Client().get(link, follow=True).status_code == 200


def test_everybody_makes_and_revokes_tokens_on_a_page(organization):
    member = make_member(organization)
    client = signed_in(member)
    values = {"name": "Website", "scope": "some", "days": "30"}
    assert list(client.post("/account/tokens/", values).context["form"].errors) == ["permissions"]
    page = client.post("/account/tokens/", {**values, "permissions": ["media_view"]}, follow=True).content.decode()
    token = re.search(r"\b[0-9a-f]{64}\b", page)[0]
    me = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}).json()
    assert me["permissions"] == ["media_view"]
    assert token not in client.get("/account/tokens/").content.decode()
    row = member.api_tokens.get()
    signed_in(make_member(organization)).post("/account/tokens/", {"revoke": row.pk})
    assert member.api_tokens.exists()
    client.post("/account/tokens/", {"revoke": row.pk})
    assert not member.api_tokens.exists()
