"""Two tabs in two organizations: each acts in the organization that it shows."""

import io
import re
from zipfile import ZipFile

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from media_library.models import Content
from permissions.services.memberships import add_member
from tests.browser import enter
from tests.factories import make_category, make_content, make_media_item, make_member, make_organization, make_upload
from tests.pages.media_browser.actions import BROWSER, card, cards, choose, dialog
from uploads.models import Tag, Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = re.compile(r"_organization=")


@pytest.fixture
def other(person):
    """A second house, of which the person is an administrator too."""
    house = make_organization("other", name="Other house")
    add_member(user=person, role=house.roles.get(name="Administrator"))
    return house


@pytest.fixture
def switch(page, other):
    """A function: another tab acts in the other house from now on."""

    def act():
        tab = page.context.new_page()
        tab.goto("/admin/")
        tab.locator(".organization-switcher summary").click()
        tab.get_by_role("button", name="Other house").click()
        expect(tab.locator(".organization-name")).to_contain_text("Other house")
        tab.close()

    return act


@pytest.fixture
def here(person, organization, other):
    """Files of both houses."""
    for name in ("Anchor", "Buoy"):
        make_upload(person, organization, title=name, original_filename=f"{name}.png", content=b"here")
    for name in ("Theirs", "Also theirs", "More of theirs"):
        make_upload(person, other, title=name, original_filename=f"{name}.png", content=b"there")


# FA-A2
def test_the_list_its_counts_and_what_is_done_to_all_stay_in_their_organization(here, page, switch):
    page.goto(BROWSER)
    switch()
    page.locator("input[type=search]").first.fill("o")
    expect(cards(page)).to_have_count(2)
    page.locator("input[type=search]").first.fill("buoy")
    expect(cards(page)).to_have_count(1)
    expect(page.locator("#browser-total")).to_have_text("1 file")
    card(page, "Buoy").hover()
    card(page, "Buoy").get_by_role("button", name="Delete").click()
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".browser-nothing")).to_contain_text("No file matches")
    assert Upload.objects.count() == 4


# FA-A2
def test_a_zip_holds_what_is_shown(here, page, switch):
    page.goto(BROWSER)
    switch()
    page.locator(".file-check").first.check(force=True)
    page.locator("[data-bulk=page]").click()
    with page.expect_download() as download:
        page.locator("[data-bulk=zip]").click()
    archive = ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert sorted(archive.namelist()) == ["Anchor.png", "Buoy.png"]


# FA-A2
def test_a_form_saves_into_the_organization_that_it_names_and_the_tab_stays_there(page, organization, switch):
    page.goto("/admin/uploads/tag/add/")
    page.get_by_label("Name").fill("harbour")
    switch()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".organization-name")).to_contain_text("House")
    expect(page.locator("#result_list")).to_contain_text("harbour")
    assert Tag.objects.get().organization == organization
    page.locator("#result_list").get_by_role("link", name="harbour").click()
    expect(page).to_have_url(NAMES)
    expect(page.get_by_label("Name")).to_have_value("harbour")


# FA-A2
def test_choices_and_the_chooser_of_a_form_are_those_of_its_organization(
    here, page, person, organization, other, switch
):
    for house, name in ((organization, "Ours"), (other, "Foreign")):
        make_category(house, f"{name} category")
    content = make_content(person, organization, media_item=make_media_item(person, organization), title="Film")
    page.goto(f"/admin/media_library/content/{content.pk}/change/")
    switch()
    page.locator(".field-category .select2-selection").click()
    choices = page.locator(".select2-results__option")
    expect(choices).to_have_text(["Ours category"])
    page.keyboard.press("Escape")
    page.locator("[data-choose]").first.click()
    files = page.locator("dialog.chooser li")
    expect(files.filter(has_text="Anchor")).to_have_count(1)
    expect(files.filter(has_text="heirs")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("#id_title").fill("Changed film")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text("Changed film")
    assert Content.objects.get().organization == organization


# FA-A2
def test_where_the_membership_ended_the_page_says_so_and_shows_what_was_typed(page, person, organization, switch):
    page.goto("/admin/uploads/tag/add/")
    page.get_by_label("Name").fill("harbour at night")
    switch()
    get_user_model().objects.get(pk=person.pk).memberships.filter(organization=organization).delete()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("in which you can no longer act")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("harbour at night")
    page.go_back()
    expect(page.get_by_label("Name")).to_have_value("harbour at night")
    assert not Tag.objects.exists()


# FA-A2
def test_the_trash_restores_what_it_shows(here, page, organization, switch):
    Upload.objects.update(deleted_at="2026-01-01T00:00:00Z")
    page.goto("/admin/uploads/upload/trash/")
    switch()
    page.get_by_role("button", name="Restore: Anchor").click()
    expect(page.locator("#trash")).not_to_contain_text("Anchor")
    expect(page.locator("#trash")).to_contain_text("Buoy")
    expect(page.locator("#trash")).not_to_contain_text("heirs")
    assert Upload.objects.get().organization == organization


# FA-A2
def test_a_page_whose_person_gave_way_to_another_says_so_and_changes_nothing(here, page, organization, live_server):
    page.goto(BROWSER)
    choose(page, "Anchor")
    second = make_member(organization, "Administrator", is_staff=True, username="second")
    enter(page, live_server, second)
    page.locator("[data-bulk=delete]").click()
    dialog(page).locator("[data-submit]").click()
    expect(dialog(page).get_by_role("alert")).to_contain_text("Another person has signed in")
    assert Upload.objects.filter(title="Anchor").exists()
    page.keyboard.press("Escape")
    page.get_by_role("searchbox").first.fill("buoy")
    expect(page.locator(".browser-nothing")).to_contain_text("Another person has signed in")
    page.reload()
    expect(cards(page)).to_have_count(1)
