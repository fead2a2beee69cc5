"""Who may open and use which page of the admin."""

import pytest
from django.contrib import admin

from permissions.choices import Permission
from permissions.models import Organization
from tests.admin_cases import CASES, address, administrator, signed_in, staff, superuser
from tests.factories import make_organization, make_role, make_user

pytestmark = pytest.mark.django_db

PAGES = {"changelist": "view", "add": "add", "change": "view", "history": "view", "delete": "delete"}
EVERY_CASE = [(label, view) for label in CASES for view in PAGES]


@pytest.fixture
def organization() -> Organization:
    return make_organization()


def _address(label, view, organization):
    row = None if view in {"changelist", "add"} else CASES[label].make(organization, "own")
    return address(label, view, row)


def _needed(label, view):
    needs = CASES[label].needs
    wanted = needs.get(PAGES[view], set())
    return wanted | needs.get("change", set()) if PAGES[view] == "view" else wanted


def test_the_table_of_cases_names_every_registered_admin():
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert registered == set(CASES)


# AD-01
@pytest.mark.parametrize(("label", "view"), EVERY_CASE)
def test_staff_without_any_permission_is_refused_every_page(label, view, organization):
    assert staff(organization).get(_address(label, view, organization)).status_code == 403


# AD-01
@pytest.mark.parametrize(("label", "view"), EVERY_CASE)
def test_every_permission_but_the_needed_ones_does_not_open_a_page(label, view, organization):
    others = [one for one in Permission if one not in _needed(label, view)]
    # Deleting and changing follow ownership where they concern files, and need the page of the row to be seen.
    client = staff(organization, *others)
    assert client.get(_address(label, view, organization)).status_code == 403


# AD-01
@pytest.mark.parametrize(("label", "view"), [(label, view) for label, view in EVERY_CASE if _needed(label, view)])
def test_an_administrator_opens_the_pages_that_are_for_administrators(label, view, organization):
    assert administrator(organization).get(_address(label, view, organization)).status_code == 200


# AD-01
@pytest.mark.parametrize("label", [label for label, case in CASES.items() if case.needs and not case.all_or_nothing])
def test_a_person_who_may_only_look_opens_a_row_and_changes_nothing(label, organization):
    row, client = CASES[label].make(organization, "own"), staff(organization, *CASES[label].needs["view"])
    before = type(row)._base_manager.filter(pk=row.pk).values().get()
    assert client.get(address(label, "change", row)).status_code == 200
    assert client.post(address(label, "change", row), {"name": "taken", "username": "taken"}).status_code == 403
    assert type(row)._base_manager.filter(pk=row.pk).values().get() == before


# AD-01
@pytest.mark.parametrize(("label", "view"), [(label, view) for label, view in EVERY_CASE if view != "add"])
def test_posting_without_the_permission_changes_nothing(label, view, organization):
    row = CASES[label].make(organization, "own")
    target = address(label, view, None if view == "changelist" else row)
    answer = staff(organization).post(target, {"post": "yes", "name": "taken", "username": "taken"})
    assert answer.status_code in {403, 405}
    assert type(row)._base_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("label", CASES)
def test_a_superuser_sees_every_list(label, organization):
    CASES[label].make(organization, "own")
    assert superuser().get(address(label, "changelist")).status_code == 200


@pytest.mark.parametrize("label", CASES)
def test_people_who_are_not_staff_are_sent_to_sign_in(label, organization):
    client = signed_in(make_user("", make_role(organization, *Permission)))
    answer = client.get(address(label, "changelist"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


# AD-06
@pytest.mark.parametrize(("label", "view"), EVERY_CASE)
def test_a_post_without_the_csrf_token_is_refused(label, view, organization):
    client = administrator(organization)
    client.handler.enforce_csrf_checks = True
    assert client.post(_address(label, view, organization), {"post": "yes"}).status_code == 403
