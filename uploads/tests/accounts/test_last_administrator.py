"""An organization keeps a person who can repair it, by every way to lose one."""

import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from permissions.admin.roles import permissions_by_noun
from permissions.choices import Permission
from permissions.errors import LastAdministrator
from permissions.models import Membership, Role, User
from permissions.roles import REPAIRS
from permissions.services.memberships import add_member, change_role, remove_memberships
from tests.factories import make_member, make_organization, make_role, make_user
from uploads.accounts.deletion import delete_user

pytestmark = pytest.mark.django_db

ADMIN = "/admin/permissions/"
SENTENCE = "would be left without an administrator"


@pytest.fixture
def last(organization):
    return make_member(organization, "Administrator", "last", is_staff=True)


@pytest.fixture
def role(organization):
    return organization.roles.get(name="Administrator")


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def ways(last, role, organization):
    """Every way to leave the organization without an administrator: page and what is posted to it."""
    membership = last.memberships.get()
    member = str(organization.roles.get(name="Member").pk)
    person = {"username": "last", "email": last.email, "is_active": "on", "is_staff": "on"}
    none = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    row = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(membership.pk),
        "memberships-0-user": str(last.pk),
        "memberships-0-role": str(role.pk),
    }
    chosen = {"action": "delete_selected", "post": "yes"}
    here = {"user": f"{ADMIN}user/{last.pk}/", "role": f"{ADMIN}role/{role.pk}/"}
    of_membership = f"{ADMIN}membership/{membership.pk}/"
    return {
        "delete the membership": (f"{of_membership}delete/", {"post": "yes"}),
        "delete chosen memberships": (f"{ADMIN}membership/", {**chosen, "_selected_action": [membership.pk]}),
        "change the role held": (f"{of_membership}change/", {"role": member}),
        "take the role below the person": (f"{here['user']}change/", {**person, **row, "memberships-0-DELETE": "on"}),
        "change the role below the person": (f"{here['user']}change/", {**person, **row, "memberships-0-role": member}),
        "take the password away": (f"{here['user']}password/", {"usable_password": "false", "unset-password": "1"}),
        "deactivate in the form": (f"{here['user']}change/", {**person, **none, "is_active": ""}),
        "no staff any more": (f"{here['user']}change/", {**person, **none, "is_staff": ""}),
        "deactivate chosen people": (f"{ADMIN}user/", {"action": "deactivate", "_selected_action": [last.pk]}),
        "delete the person": (f"{here['user']}delete/", {"post": "yes"}),
        "delete chosen people": (f"{ADMIN}user/", {**chosen, "_selected_action": [last.pk]}),
        "take permissions from the role": (
            f"{here['role']}change/",
            {"name": role.name, "may_role": ["view_role"]},
        ),
        "delete the role": (f"{here['role']}delete/", {"post": "yes"}),
        "delete chosen roles": (f"{ADMIN}role/", {**chosen, "_selected_action": [role.pk]}),
    }


NAMES = [
    "delete the membership",
    "delete chosen memberships",
    "change the role held",
    "take the role below the person",
    "change the role below the person",
    "take the password away",
    "deactivate in the form",
    "no staff any more",
    "deactivate chosen people",
    "delete the person",
    "delete chosen people",
    "take permissions from the role",
    "delete the role",
    "delete chosen roles",
]
NOT_ONESELF = {"deactivate chosen people", "delete the person", "delete chosen people"}  # refused for other reasons


def is_whole(last, role):
    membership = Membership.objects.filter(user=last, role=role, user__is_active=True, user__is_staff=True)
    held = set(role.group.permissions.values_list("codename", flat=True)) if Role.objects.filter(pk=role.pk) else set()
    return (
        membership.exists()
        and {each.value for each in REPAIRS} <= held
        and User.objects.get(pk=last.pk).has_usable_password()
    )


# FA-A9
@pytest.mark.parametrize("way", NAMES)
@pytest.mark.parametrize("who", ["oneself", "superuser"])
def test_the_last_administrator_stays_one(way, who, last, role, organization):
    actor = last if who == "oneself" else make_user("root", is_staff=True, is_superuser=True)
    path, posted = ways(last, role, organization)[way]
    answer = client_of(actor).post(path, posted, follow=True)
    assert is_whole(last, role)
    if not (who == "oneself" and way in NOT_ONESELF):
        assert SENTENCE in answer.content.decode()
        assert not LogEntry.objects.exists()


# FA-A9
@pytest.mark.parametrize("way", NAMES)
def test_with_another_administrator_each_way_is_open(way, last, role, organization):
    second = make_role(organization, *Permission, name="Second")
    add_member(user=make_member(organization, username="deputy", is_staff=True), role=second)
    root = make_user("root", is_staff=True, is_superuser=True)
    path, posted = ways(last, role, organization)[way]
    client_of(root).post(path, posted, follow=True)
    assert not is_whole(last, role)


# FA-A9
@pytest.mark.parametrize("lacking", ["active", "staff", "role", "member here"])
def test_one_who_could_not_repair_it_does_not_count(lacking, last, organization):
    home = make_organization() if lacking == "member here" else organization
    name = "Creator" if lacking == "role" else "Administrator"
    make_member(home, name, "other", is_staff=lacking != "staff", is_active=lacking != "active")
    with pytest.raises(LastAdministrator):
        remove_memberships(memberships=last.memberships.all())
    assert last.memberships.exists()


# FA-A9
def test_permissions_spread_over_roles_count_together(last, organization):
    half = sorted(REPAIRS)[:3]
    deputy = make_user("deputy", make_role(organization, *half), is_staff=True)
    with pytest.raises(LastAdministrator):
        remove_memberships(memberships=last.memberships.all())
    add_member(user=deputy, role=make_role(organization, *(set(Permission) - set(half))))
    remove_memberships(memberships=last.memberships.all())
    assert not last.memberships.exists()


# FA-A9
@pytest.mark.parametrize("permission", sorted(set(Permission) - REPAIRS))
def test_what_an_administrator_can_grant_stays_grantable(permission, last, role, organization):
    make_user("deputy", make_role(organization, *REPAIRS), is_staff=True)
    with pytest.raises(LastAdministrator, match=str(permission.label)):
        change_role(role=role, permissions=frozenset(Permission) - {permission})
    assert role.group.permissions.filter(codename=permission.value).exists()


# FA-A9
def test_the_box_that_only_the_editor_could_tick_stays_ticked(last, role):
    page = f"{ADMIN}role/{role.pk}/change/"
    kept = {f"may_{noun}": [each.value for each in members] for noun, members in permissions_by_noun().items()}
    kept["may_files"].remove(Permission.MEDIA_DELETE_ALL.value)
    answer = client_of(last).post(page, {"name": role.name, **kept}, follow=True)
    assert "could grant “Delete any file” any more" in answer.content.decode()
    assert set(role.group.permissions.values_list("codename", flat=True)) == set(Permission.values)


# FA-A9
def test_a_permission_that_another_administrator_holds_is_taken_freely(last, role, organization):
    make_user("deputy", make_role(organization, *Permission), is_staff=True)
    change_role(role=role, permissions=frozenset(Permission) - {Permission.MEDIA_DELETE_ALL})
    assert not role.group.permissions.filter(codename=Permission.MEDIA_DELETE_ALL.value).exists()


# FA-A9
def test_one_who_could_not_hand_it_out_does_not_keep_a_permission(last, role, organization):
    make_user("member", make_role(organization, Permission.MEDIA_DELETE_ALL), is_staff=True)
    with pytest.raises(LastAdministrator):
        change_role(role=role, permissions=frozenset(Permission) - {Permission.MEDIA_DELETE_ALL})


# FA-A9
def test_an_organization_that_had_none_is_not_in_the_way(organization):
    member = make_member(organization, "Creator")
    delete_user(user=member, by=None)
    assert not User.objects.filter(pk=member.pk).exists()


# FA-A9
def test_one_form_may_put_one_role_in_the_place_of_another(last, role, organization):
    second = make_role(organization, *Permission, name="Second")
    membership = last.memberships.get()
    rows = {
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(membership.pk),
        "memberships-0-user": str(last.pk),
        "memberships-0-role": str(role.pk),
        "memberships-0-DELETE": "on",
        "memberships-1-user": str(last.pk),
        "memberships-1-role": str(second.pk),
    }
    person = {"username": "last", "email": last.email, "is_active": "on", "is_staff": "on"}
    answer = client_of(last).post(f"{ADMIN}user/{last.pk}/change/", {**person, **rows})
    assert answer.status_code == 302
    assert list(last.roles.all()) == [second]


# FA-A9
def test_a_weaker_role_is_changed_freely(last, organization):
    creator = organization.roles.get(name="Creator")
    change_role(role=creator, permissions=frozenset())
    assert not creator.group.permissions.exists()


# FA-A9
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_do_not_remove_each_other_at_once(organization):
    people = [make_member(organization, "Administrator", name, is_staff=True) for name in ("one", "two")]
    barrier, refused = threading.Barrier(2), []

    def leave(person):
        barrier.wait(10)
        try:
            remove_memberships(memberships=person.memberships.all())
        except LastAdministrator:
            refused.append(person)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert organization.memberships.count() == 1
