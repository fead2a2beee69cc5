"""Nobody becomes more than they are through the admin."""

import pytest
from django.test import Client

from permissions.choices import Permission
from permissions.models import Membership, Role, User
from permissions.services.memberships import add_member
from tests.factories import make_member, make_organization, make_role, make_user

pytestmark = pytest.mark.django_db

USERS = "/admin/permissions/user/"
ROLES = "/admin/permissions/role/"
MEMBERSHIPS = "/admin/permissions/membership/"
PASSWORDS = {"password1": "a-long-new-secret", "password2": "a-long-new-secret", "usable_password": "true"}
MANAGER = (
    Permission.VIEW_MEMBERSHIP,
    Permission.ADD_MEMBERSHIP,
    Permission.CHANGE_MEMBERSHIP,
    Permission.DELETE_MEMBERSHIP,
    Permission.VIEW_ROLE,
    Permission.ADD_ROLE,
    Permission.CHANGE_ROLE,
    Permission.DELETE_ROLE,
)
INLINE = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


@pytest.fixture
def organization():
    return make_organization()


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _administrator(organization) -> Client:
    return _client(make_member(organization, "Administrator", is_staff=True))


def _manager(organization) -> Client:
    """A user who manages members and roles, and may do nothing with files."""
    return _client(make_user("", make_role(organization, *MANAGER), is_staff=True))


def _values(person, **changes):
    return {"username": person.username, "email": person.email, "is_active": "on", **INLINE, **changes}


def test_an_administrator_changes_a_member(organization):
    member = make_member(organization)
    _administrator(organization).post(f"{USERS}{member.pk}/change/", _values(member, display_name="New name"))
    member.refresh_from_db()
    assert member.display_name == "New name"


@pytest.mark.parametrize("field", ["is_superuser", "user_permissions", "groups", "is_system"])
def test_marks_that_escalate_are_not_accepted(field, organization):
    member = make_member(organization)
    _administrator(organization).post(f"{USERS}{member.pk}/change/", _values(member, **{field: "1"}))
    member.refresh_from_db()
    assert not member.is_superuser
    assert not member.is_system
    assert member.groups.count() == 0
    assert member.user_permissions.count() == 0


def test_a_superuser_marks_another_one(organization):
    member = make_member(organization)
    client = _client(make_user(is_staff=True, is_superuser=True))
    client.post(f"{USERS}{member.pk}/change/", _values(member, is_superuser="on"))
    member.refresh_from_db()
    assert member.is_superuser


def test_a_new_person_is_no_superuser_and_gets_the_chosen_role(organization):
    role = organization.roles.get(name="Creator")
    form = {"username": "newcomer", "role": role.pk, "is_superuser": "on", **PASSWORDS}
    _administrator(organization).post(f"{USERS}add/", form)
    newcomer = User.objects.get(username="newcomer")
    assert not newcomer.is_superuser
    assert list(newcomer.roles.all()) == [role]


def test_a_new_person_gets_no_role_of_another_organization(organization):
    foreign = make_organization().roles.get(name="Creator")
    _administrator(organization).post(f"{USERS}add/", {"username": "newcomer", "role": foreign.pk, **PASSWORDS})
    assert not User.objects.filter(username="newcomer").exists()


def _unmanageable(organization, kind):
    if kind == "superuser":
        return make_member(organization, is_superuser=True)
    if kind == "system":
        return make_member(organization, is_system=True)
    person = make_member(organization)
    add_member(user=person, role=make_organization().roles.get(name="Member"))
    return person


@pytest.mark.parametrize("kind", ["superuser", "system", "member elsewhere"])
@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_accounts_that_reach_further_are_not_changed(kind, page, organization):
    person = _unmanageable(organization, kind)
    before = person.password
    values = _values(person, username="taken", post="yes", **PASSWORDS)
    assert _administrator(organization).post(f"{USERS}{person.pk}/{page}/", values).status_code == 403
    person.refresh_from_db()
    assert (person.password, person.username) == (before, person.username)


def test_a_stronger_member_is_not_taken_over(organization):
    stronger = make_member(organization, "Administrator")
    assert _manager(organization).post(f"{USERS}{stronger.pk}/password/", PASSWORDS).status_code == 403


def test_an_administrator_sets_the_password_of_a_member(organization):
    member = make_member(organization)
    _administrator(organization).post(f"{USERS}{member.pk}/password/", PASSWORDS)
    member.refresh_from_db()
    assert member.check_password(PASSWORDS["password1"])


def test_deactivating_leaves_out_oneself_and_those_out_of_reach(organization):
    me = make_member(organization, "Administrator", is_staff=True)
    member, beyond = make_member(organization), make_member(organization, is_superuser=True)
    chosen = {"action": "deactivate", "_selected_action": [me.pk, member.pk, beyond.pk]}
    _client(me).post(USERS, chosen)
    assert set(User.objects.filter(is_active=False)) == {member}


def test_a_role_cannot_grant_what_its_editor_lacks(organization):
    form = {"name": "Sneaky", "may_files": ["media_view_all"], "may_role": ["view_role"]}
    _manager(organization).post(f"{ROLES}add/", form)
    granted = Role.objects.filter(name="Sneaky", group__permissions__codename="media_view_all")
    assert not granted.exists()


@pytest.mark.parametrize("page", ["change", "delete"])
def test_a_role_that_grants_more_than_its_editor_has_is_not_touched(page, organization):
    role = organization.roles.get(name="Administrator")
    values = {"name": "Emptied", "post": "yes"}
    assert _manager(organization).post(f"{ROLES}{role.pk}/{page}/", values).status_code == 403
    role.refresh_from_db()
    assert role.name == "Administrator"


def test_a_stronger_role_is_not_handed_out(organization):
    member = make_member(organization)
    role = organization.roles.get(name="Administrator")
    _manager(organization).post(f"{MEMBERSHIPS}add/", {"user": member.pk, "role": role.pk})
    assert not Membership.objects.filter(user=member, role=role).exists()


def test_one_does_not_give_oneself_a_stronger_role(organization):
    me = make_user("", make_role(organization, *MANAGER), is_staff=True)
    own = me.memberships.get()
    _client(me).post(f"{MEMBERSHIPS}{own.pk}/change/", {"role": organization.roles.get(name="Administrator").pk})
    own.refresh_from_db()
    assert own.role.name != "Administrator"


@pytest.mark.parametrize("page", ["change", "delete"])
def test_a_stronger_role_is_not_taken_away(page, organization):
    held = make_member(organization, "Administrator").memberships.get()
    values = {"role": organization.roles.get(name="Member").pk, "post": "yes"}
    assert _manager(organization).post(f"{MEMBERSHIPS}{held.pk}/{page}/", values).status_code == 403
    assert Membership.objects.filter(pk=held.pk, role__name="Administrator").exists()


# AD-08
def test_a_forged_inline_row_cannot_move_a_foreign_membership(organization):
    member, foreign = make_member(organization), make_member(make_organization()).memberships.get()
    forged = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(foreign.pk),
        "memberships-0-user": str(member.pk),
        "memberships-0-role": str(organization.roles.get(name="Creator").pk),
    }
    _administrator(organization).post(f"{USERS}{member.pk}/change/", _values(member, **forged))
    after = Membership.objects.get(pk=foreign.pk)
    assert (after.user_id, after.role_id) == (foreign.user_id, foreign.role_id)


# AD-08
def test_an_inline_row_added_without_the_permission_is_ignored(organization):
    member = make_member(organization)
    role = make_role(organization, Permission.VIEW_MEMBERSHIP)
    added = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-role": str(role.pk)}
    held = make_role(organization, Permission.VIEW_MEMBERSHIP, Permission.CHANGE_MEMBERSHIP, Permission.MEDIA_VIEW)
    everything = [one for one in Permission if one != Permission.ADD_MEMBERSHIP]
    client = _client(make_user("", held, make_role(organization, *everything), is_staff=True))
    client.post(f"{USERS}{member.pk}/change/", _values(member, **added))
    assert not member.memberships.filter(role=role).exists()


def test_an_inline_row_gives_a_role(organization):
    member = make_member(organization)
    role = organization.roles.get(name="Creator")
    added = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-role": str(role.pk)}
    _administrator(organization).post(f"{USERS}{member.pk}/change/", _values(member, **added))
    assert member.memberships.get(role=role).organization_id == organization.pk


def test_quotas_are_the_operators(organization):
    form = {"name": "Renamed", "slug": "taken-over", "public_listing": "on", "storage_quota": "999", "is_default": "on"}
    _administrator(organization).post(f"/admin/permissions/organization/{organization.pk}/change/", form)
    before = organization.slug
    organization.refresh_from_db()
    assert (organization.name, organization.slug) == ("Renamed", before)
    assert (organization.storage_quota, organization.is_default) == (None, False)


def _hides_files(organization, name="Board"):
    """A role without any permission, to which files are shown."""
    return make_role(organization, name=name)


# FA-B11
@pytest.mark.parametrize("way", ["add", "change", "inline", "new person"])
def test_a_role_that_one_does_not_hold_is_not_handed_out(way, organization):
    me = make_user("me", make_role(organization, *MANAGER), is_staff=True)
    board, own = _hides_files(organization), me.memberships.get()
    inline = {
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(own.pk),
        "memberships-0-user": str(me.pk),
        "memberships-0-role": str(own.role_id),
        "memberships-1-role": str(board.pk),
    }
    path, posted = {
        "add": (f"{MEMBERSHIPS}add/", {"user": me.pk, "role": board.pk}),
        "change": (f"{MEMBERSHIPS}{own.pk}/change/", {"role": board.pk}),
        "inline": (f"{USERS}{me.pk}/change/", {**_values(me, is_staff="on"), **inline}),
        "new person": (f"{USERS}add/", {"username": "puppet", "role": board.pk, **PASSWORDS}),
    }[way]
    answer = _client(me).post(path, posted)
    assert answer.status_code == 200
    assert "You can only grant roles that you have" in answer.content.decode()
    assert not board.memberships.exists()


# FA-B11
def test_a_role_that_one_holds_or_whose_files_one_sees_anyway_is_handed_out(organization):
    member = make_member(organization)
    held, board = _hides_files(organization, "Held"), _hides_files(organization)
    holder = _client(make_user("", make_role(organization, *MANAGER), held, is_staff=True))
    holder.post(f"{MEMBERSHIPS}add/", {"user": member.pk, "role": held.pk})
    seer = _client(make_user("", make_role(organization, *MANAGER, Permission.MEDIA_VIEW_ALL), is_staff=True))
    seer.post(f"{MEMBERSHIPS}add/", {"user": member.pk, "role": board.pk})
    assert {held, board} <= set(member.roles.all())


# FA-B11
@pytest.mark.parametrize("page", ["change", "password"])
def test_the_account_of_one_who_holds_such_a_role_is_not_taken_over(page, organization):
    person = make_user("", _hides_files(organization))
    before = person.password
    values = _values(person, username="taken", **PASSWORDS)
    assert _manager(organization).post(f"{USERS}{person.pk}/{page}/", values).status_code == 403
    person.refresh_from_db()
    assert person.password == before


# FA-B11
def test_a_role_that_one_may_not_hand_out_can_still_be_taken_away(organization):
    membership = make_user("", _hides_files(organization)).memberships.get()
    client = _manager(organization)
    assert client.post(f"{MEMBERSHIPS}{membership.pk}/change/", {"role": membership.role_id}).status_code == 403
    assert client.post(f"{MEMBERSHIPS}{membership.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Membership.objects.filter(pk=membership.pk).exists()
