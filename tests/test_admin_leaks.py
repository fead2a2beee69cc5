"""Nothing of another organization shows anywhere in the admin."""

import pytest
from django.apps import apps
from django.urls import reverse

from common.db.ids import new_id
from permissions.choices import Permission
from permissions.models import Membership, Organization
from tests.admin_cases import CASES, address, administrator, staff, superuser
from tests.factories import make_member, make_organization

pytestmark = pytest.mark.django_db

WORD = "foreignword"
OF_ADMINISTRATORS = [label for label, case in CASES.items() if case.needs]


@pytest.fixture
def here() -> Organization:
    return make_organization("here")


@pytest.fixture
def elsewhere() -> Organization:
    """An organization in which every text holds one word, with a row of every kind."""
    organization = make_organization("elsewhere", name=f"{WORD} organization")
    for case in CASES.values():
        case.make(organization, WORD)
    return organization


def _shows(answer) -> bool:
    return WORD in answer.content.decode().lower()


# AD-02
@pytest.mark.parametrize("label", CASES)
def test_a_superuser_who_acts_everywhere_sees_the_foreign_word(label, elsewhere):
    """Without this the tests below could not fail."""
    assert _shows(superuser().get(address(label, "changelist")))


# AD-02
@pytest.mark.parametrize("label", OF_ADMINISTRATORS)
@pytest.mark.parametrize("query", ["", f"?q={WORD[:-1]}", "?_popup=1", "?_popup=1&_to_field={pk}", "?o=1", "?all="])
def test_lists_searches_and_popups_show_rows_of_the_organization_alone(label, query, here, elsewhere):
    query = query.format(pk=apps.get_model(label)._meta.pk.name)
    answer = administrator(here).get(address(label, "changelist") + query)
    assert answer.status_code == 200
    assert not _shows(answer)


# AD-02
@pytest.mark.parametrize("label", [label for label in OF_ADMINISTRATORS if "add" in CASES[label].needs])
def test_forms_offer_rows_of_the_organization_alone(label, here, elsewhere):
    assert not _shows(administrator(here).get(address(label, "add")))


# AD-02
@pytest.mark.parametrize("label", OF_ADMINISTRATORS)
@pytest.mark.parametrize("view", ["change", "history", "delete"])
def test_a_foreign_row_answers_as_an_unknown_one(label, view, here, elsewhere):
    client = administrator(here)
    foreign = CASES[label].make(elsewhere, WORD)
    known = client.get(address(label, view, foreign))
    foreign.pk = new_id() if not isinstance(foreign.pk, int) else 999_999_999
    unknown = client.get(address(label, view, foreign))
    assert known.status_code in {302, 403}
    assert (known.status_code, known.headers.get("Location")) == (unknown.status_code, unknown.headers.get("Location"))
    assert not _shows(client.get(reverse("admin:index")))


# AD-02
def test_completion_of_members_offers_the_organization_alone(here, elsewhere):
    query = {"app_label": "permissions", "model_name": "membership", "field_name": "user"}
    own = make_member(here)
    client = administrator(here)
    found = client.get(reverse("admin:autocomplete"), {**query, "term": ""}).json()["results"]
    assert str(own.pk) in {row["id"] for row in found}
    assert client.get(reverse("admin:autocomplete"), {**query, "term": WORD}).json()["results"] == []


# AD-02
def test_completion_needs_the_right_to_see_members(here, elsewhere):
    query = {"app_label": "permissions", "model_name": "membership", "field_name": "user", "term": ""}
    client = staff(here, Permission.ADD_MEMBERSHIP, Permission.MEDIA_VIEW)
    assert client.get(reverse("admin:autocomplete"), query).status_code == 403


# AD-02
@pytest.mark.parametrize("strange", ["user", "role"])
def test_a_posted_foreign_reference_is_refused(strange, here, elsewhere):
    values = {"user": make_member(here).pk, "role": here.roles.get(name="Creator").pk}
    foreign = {"user": make_member(elsewhere).pk, "role": elsewhere.roles.get(name="Creator").pk}
    client = administrator(here)
    before = Membership.objects.count()
    answer = client.post(address("permissions.membership", "add"), values | {strange: foreign[strange]})
    assert answer.status_code == 200
    assert Membership.objects.count() == before
    assert not _shows(answer)


# AD-02
def test_no_admin_uses_raw_ids_whose_widget_names_any_row():
    from django.contrib import admin

    assert [model for model, owner in admin.site._registry.items() if owner.raw_id_fields] == []


# AD-02
def test_the_redirect_to_any_object_is_gone(here):
    assert administrator(here).get("/admin/r/1/1/").status_code == 404


# AD-08
@pytest.mark.parametrize("label", OF_ADMINISTRATORS)
def test_a_forged_editable_list_adds_and_changes_nothing(label, here):
    row, client = CASES[label].make(here, "own"), administrator(here)
    rows = type(row)._base_manager
    before = list(rows.order_by("pk").values())
    forged = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-id": str(new_id()), "form-0-name": "forged"}
    client.post(address(label, "changelist"), forged | {"_save": "Save"})
    assert list(rows.order_by("pk").values()) == before
