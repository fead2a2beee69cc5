"""What a page shows is the organization that every request of that page acts in, whatever another tab did since."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from permissions.admin.tenant import FIELD
from permissions.models import Role
from permissions.services.memberships import add_member
from tests.factories import make_category, make_member, make_organization, make_user
from uploads.models import Tag

pytestmark = pytest.mark.django_db

INDEX = "/admin/"
ROLES = "/admin/permissions/role/"
TAGS = "/admin/uploads/tag/"
PAGE = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture
def both():
    """A person who administers two organizations, the first one being the default."""
    first, second = make_organization(name="First house"), make_organization(name="Second house")
    person = make_member(first, "Administrator", is_staff=True)
    add_member(user=person, role=second.roles.get(name="Administrator"))
    return first, second, person


@pytest.fixture
def tab(both):
    """A browser of that person, in which another tab has switched to the second organization."""
    client = _client(both[2])
    _switch(client, both[1])
    return client


def _client(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _switch(client, organization):
    name = getattr(organization, "pk", organization)
    client.post(reverse("admin:switch_organization"), {"organization": name})


def _named(organization):
    return {FIELD: str(organization.pk)}


def _tag(organization, name):
    return Tag.objects.create(organization=organization, name=name, slug=name)


# FA-A2
@pytest.mark.parametrize("by", ["id", "slug"])
@pytest.mark.parametrize("how", ["header", "parameter"])
def test_a_read_acts_in_the_organization_that_it_names(both, tab, how, by):
    _tag(both[0], "firstword")
    _tag(both[1], "secondword")
    name = both[0].slug if by == "slug" else str(both[0].pk)
    answer = tab.get(TAGS, {FIELD: name}) if how == "parameter" else tab.get(TAGS, HTTP_X_ORGANIZATION=name)
    text = answer.content.decode()
    assert "firstword" in text
    assert "secondword" not in text
    assert f'data-organization="{both[0].pk}"' in text
    assert 'class="organization-name"' in text


# FA-A2
def test_a_read_that_names_none_opens_in_the_choice_of_the_session(both, tab):
    assert f'data-organization="{both[1].pk}"' in tab.get(TAGS).content.decode()


# FA-A2
def test_every_form_that_writes_names_the_organization_of_its_page(both):
    client = _client(both[2])
    tag = _tag(both[0], "word")
    pages = [
        TAGS,
        f"{TAGS}add/",
        f"{TAGS}{tag.pk}/change/",
        f"{TAGS}{tag.pk}/delete/",
        "/admin/password_change/",
        INDEX,
    ]
    pages += ["/admin/uploads/upload/add/", "/admin/uploads/upload/orphans/"]
    for page in pages:
        text = client.get(page).content.decode()
        forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL)
        assert forms, page
        for form in forms:
            assert f'name="{FIELD}" value="{both[0].pk}"' in form, page


# FA-A2
def test_the_page_of_everything_says_so_in_its_forms(both):
    client = _client(make_user(is_staff=True, is_superuser=True))
    assert f'name="{FIELD}" value="all"' in client.get(f"{TAGS}add/").content.decode()


# FA-A2
def test_what_a_form_adds_is_added_to_the_organization_of_its_page(both, tab):
    tab.post(f"{TAGS}add/", {"name": "new", **_named(both[0])})
    assert Tag.objects.get().organization == both[0]


# FA-A2
def test_what_a_form_changes_and_deletes_is_of_the_organization_of_its_page(both, tab):
    tag = _tag(both[0], "old")
    version = re.search(
        r'name="_version" value="([^"]*)"', tab.get(f"{TAGS}{tag.pk}/change/", _named(both[0])).content.decode()
    )
    posted = {"name": "new", **({"_version": version[1]} if version else {}), **_named(both[0])}
    tab.post(f"{TAGS}{tag.pk}/change/", posted)
    tag.refresh_from_db()
    assert tag.name == "new"
    tab.post(f"{TAGS}{tag.pk}/delete/", {"post": "yes", **_named(both[0])})
    assert not Tag.objects.exists()


# FA-A2
def test_a_form_of_one_organization_reaches_no_row_of_another(both, tab):
    tag = _tag(both[1], "kept")
    tab.post(f"{TAGS}{tag.pk}/delete/", {"post": "yes", **_named(both[0])})
    answer = tab.post(TAGS, {"action": "delete_selected", "_selected_action": tag.pk, "post": "yes", **_named(both[0])})
    assert answer.status_code == 302
    assert Tag.objects.exists()


# FA-A2
@pytest.mark.parametrize("has_chosen", [True, False])
def test_a_write_that_names_none_is_refused_where_it_could_mean_several(both, has_chosen):
    client = _client(both[2])
    if has_chosen:
        _switch(client, both[1])
    answer = client.post(f"{TAGS}add/", {"name": "new"}, **PAGE)
    assert answer.status_code == 400
    assert "does not name an organization" in answer.content.decode()
    assert ">new</textarea>" in answer.content.decode()
    assert not Tag.objects.exists()


# FA-A2
def test_a_superuser_who_has_chosen_an_organization_names_it_in_every_write(both):
    client = _client(make_user(is_staff=True, is_superuser=True))
    assert client.post(f"{TAGS}add/", {"name": "new", "organization": both[0].pk}).status_code == 302
    _switch(client, both[1])
    assert client.post(f"{TAGS}add/", {"name": "other"}).status_code == 400
    assert client.post(f"{TAGS}add/", {"name": "other", FIELD: both[0].pk}).status_code == 302
    assert {tag.organization for tag in Tag.objects.all()} == {both[0]}


# FA-A2
def test_who_belongs_to_one_organization_need_not_name_it():
    client = _client(make_member(make_organization(), "Administrator", is_staff=True))
    assert client.post(f"{TAGS}add/", {"name": "new"}).status_code == 302
    assert Tag.objects.count() == 1


# FA-A2
@pytest.mark.parametrize("end", ["membership", "organization", "stranger", "nonsense", "everything"])
def test_where_one_may_not_act_any_more_the_page_says_so_and_shows_what_was_typed(both, tab, end):
    name = str(both[0].pk)
    if end == "membership":
        both[2].memberships.filter(organization=both[0]).delete()
    elif end == "organization":
        both[0].is_active = False
        both[0].save()
    else:
        name = {"stranger": make_organization().pk, "nonsense": "\x00nonsense", "everything": "all"}[end]
    answer = tab.post(f"{TAGS}add/", {"name": "what I typed <b>", "secret": "hidden", FIELD: name}, **PAGE)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "in which you can no longer act" in text
    assert "what I typed &lt;b&gt;" in text
    assert "hidden</textarea>" not in text
    assert tab.get(TAGS, {FIELD: name}, **PAGE).status_code == 403
    assert not Tag.objects.exists()


# FA-A2
def test_scripts_are_refused_in_the_shape_of_the_api(both, tab):
    both[2].memberships.filter(organization=both[0]).delete()
    answer = tab.get("/admin/uploads/upload/browse/counts/", HTTP_X_ORGANIZATION=str(both[0].pk))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "not_a_member"


# FA-A2
def test_a_request_that_names_two_organizations_is_refused(both, tab):
    answer = tab.post(f"{TAGS}add/?{FIELD}={both[1].pk}", {"name": "new", **_named(both[0])})
    assert answer.status_code == 400
    assert not Tag.objects.exists()


# FA-A2
def test_an_address_with_the_slug_and_its_form_with_the_id_name_the_same(both, tab):
    assert tab.post(f"{TAGS}add/?{FIELD}={both[0].slug}", {"name": "new", **_named(both[0])}).status_code == 302
    assert Tag.objects.get().organization == both[0]


# FA-A2
def test_the_switcher_and_signing_out_work_from_any_page(both, tab):
    both[2].memberships.filter(organization=both[0]).delete()
    tab.post(reverse("admin:switch_organization"), {"organization": both[1].pk, **_named(both[0])})
    assert f'data-organization="{both[1].pk}"' in tab.get(INDEX).content.decode()
    assert tab.post("/admin/logout/", _named(both[0])).status_code == 200
    assert tab.get(INDEX).status_code == 302


# FA-A2
@pytest.mark.parametrize("button", ["_save", "_continue", "_addanother"])
def test_after_a_form_the_tab_goes_on_in_its_organization(both, tab, button):
    posted = {"name": "new", button: "1", **_named(both[0])}
    location = tab.post(f"{TAGS}add/", posted).headers["Location"]
    assert f"{FIELD}={both[0].pk}" in location
    assert f'data-organization="{both[0].pk}"' in tab.get(location).content.decode()


# FA-A2
def test_addresses_stay_short_where_the_session_has_chosen_the_same(both):
    client = _client(both[2])
    assert client.post(f"{TAGS}add/", {"name": "new", **_named(both[0])}).headers["Location"] == TAGS
    _switch(client, both[0])
    assert client.post(f"{TAGS}add/", {"name": "newer", **_named(both[0])}).headers["Location"] == TAGS


# FA-A2
def test_choices_of_a_field_are_those_of_the_organization_of_the_page(both, tab):
    for number, house in enumerate(both[:2]):
        make_category(house, f"category {number}")
    asked = {"app_label": "media_library", "model_name": "content", "field_name": "category", "term": "category"}
    found = tab.get("/admin/autocomplete/", asked, HTTP_X_ORGANIZATION=str(both[0].pk)).json()["results"]
    assert [row["text"] for row in found] == ["category 0"]


# FA-A2
def test_a_list_takes_the_name_for_no_filter(both, tab):
    answer = tab.get(ROLES, {"q": "admin", "o": "1", **_named(both[0])})
    assert answer.status_code == 200
    assert {role.organization_id for role in answer.context["cl"].queryset} == {both[0].pk}
    assert Role.objects.filter(organization=both[1]).exists()


# FA-A2
def test_the_switcher_names_the_organization_of_a_superuser_of_very_many(monkeypatch):
    monkeypatch.setattr("permissions.admin.site.MAX_ORGANIZATIONS", 1)
    houses = [make_organization(name=f"House {letter}") for letter in "AB"]
    client = _client(make_user(is_staff=True, is_superuser=True))
    for house in houses:
        assert str(house) in client.get(INDEX, _named(house)).content.decode()


# FA-A2
@pytest.mark.parametrize("address", [f"{TAGS}add/", "/admin/preferences/", "/admin/organization/"])
def test_a_form_of_one_person_is_not_sent_as_another_who_signed_in_since(both, address):
    browser = _client(both[2])
    page = browser.get(f"{TAGS}add/").content.decode()
    assert f'name="_person" value="{both[2].pk}"' in page
    assert f'data-person="{both[2].pk}"' in page
    browser.force_login(make_member(both[0], "Administrator", is_staff=True, username="second"))
    posted = {"name": "What the first one typed", "_person": str(both[2].pk), **_named(both[0])}
    answer = browser.post(address, posted, **PAGE)
    assert answer.status_code == 401
    assert "second has signed in" in answer.content.decode()
    assert "What the first one typed" in answer.content.decode()
    assert not Tag.objects.exists()


# FA-A2
@pytest.mark.parametrize("address", ["/api/v1/tags/", "/api/v1/me/", TAGS])
def test_a_script_of_one_persons_page_is_not_answered_as_another(both, address):
    browser = _client(both[2])
    named = {"HTTP_X_PERSON": str(both[2].pk), "HTTP_X_ORGANIZATION": str(both[0].pk)}
    assert browser.get(address, **named).status_code == 200
    browser.force_login(make_member(both[0], "Administrator", is_staff=True, username="second"))
    answer = browser.get(address, **named)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "another_person"


# FA-A2
def test_signing_out_works_from_the_page_of_another_person(both):
    browser = _client(both[2])
    assert browser.post("/admin/logout/", {"_person": "00000000-0000-0000-0000-000000000000"}).status_code in (200, 302)
    assert "_auth_user_id" not in browser.session
