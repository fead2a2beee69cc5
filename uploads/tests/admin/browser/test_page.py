"""The media browser's page, as the server makes it."""

import json

import pytest

from permissions.choices import Permission
from tests.admin_cases import administrator, signed_in, staff, superuser
from tests.factories import make_member, make_organization, make_upload
from uploads.tests.admin.browser.conftest import BROWSER, COUNTS, RESULTS

pytestmark = pytest.mark.django_db


def test_every_filter_in_force_is_a_chip_that_takes_it_away(files, client):
    chips = client.get(f"{BROWSER}?tag=spring&tag=press&visibility=PUBLIC").context["chips"]
    assert [chip.text for chip in chips] == ["Tag: spring", "Tag: press", "Public"]
    assert chips[0].without == "?tag=press&visibility=PUBLIC&view=grid"


# AD-02
def test_a_chip_does_not_name_a_user_of_another_organization(organization):
    stranger = make_member(make_organization(), username="stranger-elsewhere")
    page = administrator(organization).get(f"{BROWSER}?uploaded_by={stranger.pk}").content.decode()
    assert "stranger-elsewhere" not in page
    assert "By another person" in page


def test_the_view_is_remembered_and_the_address_wins(client):
    client.cookies["library_view"] = "list"
    assert client.get(BROWSER).context["state"].view == "list"
    assert client.get(f"{BROWSER}?view=grid").context["state"].view == "grid"


def test_who_may_only_look_is_offered_neither_upload_nor_change(organization, files):
    page = staff(organization, Permission.MEDIA_VIEW).get(BROWSER).content.decode()
    assert "Theirs" in page
    for offered in ("data-upload-open", 'data-action="edit"', 'data-action="delete"'):
        assert offered not in page


def test_the_owner_is_offered_change_and_deletion(client, files):
    card = client.get(f"{BROWSER}?search=used").content.decode()
    assert 'data-action="edit"' in card
    assert 'data-may="edit delete share"' in card


def test_a_person_who_may_not_use_the_library_is_told_what_is_missing(organization, files):
    answer = staff(organization, Permission.MEDIA_EDIT_ALL).get(BROWSER)
    assert answer.status_code == 403
    assert "None of your roles" in answer.content.decode()
    assert "Theirs" not in answer.content.decode()


def test_an_empty_library_says_so_and_offers_to_upload(client):
    page = client.get(BROWSER).content.decode()
    assert "No files yet" in page
    assert "Upload files" in page


def test_a_search_without_result_does_not_say_that_there_are_no_files(client, files):
    page = client.get(f"{BROWSER}?search=nowhere").content.decode()
    assert "No file matches" in page
    assert "No files yet" not in page


def test_names_are_text_whatever_they_hold(client, person, organization):
    make_upload(person, organization, title='"><script>alert(1)</script>')
    for view in ("grid", "list"):
        assert "<script>alert" not in client.get(f"{BROWSER}?view={view}").content.decode()


def test_a_superuser_who_acts_everywhere_sees_whose_each_file_is(organization, person):
    make_upload(person, organization)
    assert f'data-organization="{organization.slug}"' in superuser().get(BROWSER).content.decode()


# AD-10
def test_pictures_and_films_are_shown_from_the_place_that_checks_access(client, files):
    for file in client.get(BROWSER).context["page"].files:
        assert file["url"].startswith(f"http://testserver/files/{file['id']}/")


# AD-11
@pytest.mark.parametrize(("address", "queries"), [(BROWSER, 4), (RESULTS, 3), (COUNTS, 7)])
def test_parts_cost_the_same_number_of_queries_whatever_their_length(
    address, queries, organization, django_assert_num_queries
):
    for number in range(12):
        make_upload(make_member(organization), organization, tags=[f"tag {number}"])
    client = administrator(organization)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


# FA-E8
@pytest.mark.parametrize("view", ["grid", "list"])
def test_a_title_does_not_hide_the_name_of_the_file(organization, view):
    member = make_member(organization, "Administrator", is_staff=True)
    make_upload(member, organization, title="Harbour", original_filename="DSC_0042.png")
    make_upload(member, organization, original_filename="untitled.png")
    body = signed_in(member).get(f"{BROWSER}?view={view}").content.decode()
    assert 'title="Harbour (DSC_0042.png)"' in body
    assert ">DSC_0042.png<" in body
    assert body.count(">untitled.png<") == 1


@pytest.mark.parametrize(
    ("granted", "listed"),
    [
        ([], {"media_item"}),
        ([Permission.VIEW_CONTENT], {"media_item", "content"}),
        ([Permission.VIEW_LIBRARY_RESOURCE, Permission.VIEW_MEMBERSHIP], {"media_item", "library_resource", "user"}),
    ],
)
def test_forms_of_places_of_use_are_told_to_those_who_may_look_there(granted, listed, organization):
    page = staff(organization, Permission.MEDIA_VIEW, *granted).get(BROWSER)
    lists = json.loads(page.context["entity_lists"])
    assert set(lists) == listed
    assert all(address.startswith("/admin/") for address in lists.values())
