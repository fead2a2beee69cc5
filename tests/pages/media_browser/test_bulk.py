"""Many files at once."""

import io
from zipfile import ZipFile

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import make_upload
from tests.pages.media_browser.actions import BROWSER, card, cards, choose, dialog
from uploads.models import Upload
from uploads.usages.record import record_usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_range_is_chosen_with_shift(files, page):
    page.goto(BROWSER)
    choose(page, "Valley")
    card(page, "Night").locator("a[data-action=preview]").click(modifiers=["Shift"])
    expect(page.locator("#browser-bulk")).to_contain_text("3 files selected")
    page.keyboard.press("Escape")
    expect(page.locator("#browser-bulk")).to_be_hidden()


def test_several_files_are_deleted_and_those_in_use_named_and_kept(files, page):
    record_usage(upload_id=files["Night"].pk, entity_type="page", entity_id="7")
    page.goto(BROWSER)
    choose(page, "Harbour", "Meadow", "Night")
    page.locator("[data-bulk=delete]").click()
    expect(dialog(page)).to_contain_text("Delete 3 files?")
    expect(dialog(page).locator(".note")).to_contain_text("Night")
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(cards(page)).to_have_count(3)
    assert set(Upload.objects.values_list("title", flat=True)) == {"Night", "Orchard", "Valley"}


def test_visibility_and_tags_of_several_files_change(files, page):
    page.goto(BROWSER)
    choose(page, "Harbour", "Meadow")
    page.locator("[data-bulk=visibility]").click()
    dialog(page).get_by_label("Visibility").select_option("ROLE_BASED")
    dialog(page).get_by_label("Member").check()
    dialog(page).get_by_role("button", name="Change").click()
    expect(page.locator(".file .badge.ROLE_BASED")).to_have_count(2)
    assert {one.group.role.name for one in files["Meadow"].group_perms.all()} == {"Member"}
    choose(page, "Harbour", "Meadow")
    page.locator("[data-bulk=tags]").click()
    dialog(page).get_by_role("combobox", name="Add to all").fill("fresh")
    dialog(page).get_by_role("combobox", name="Remove from all").fill("autumn")
    dialog(page).get_by_role("button", name="Change").click()
    expect(page.locator(".toast", has_text="Tags changed")).to_be_visible()
    assert {tag.name for tag in files["Harbour"].tags.all()} == {"fresh"}
    assert {tag.name for tag in files["Meadow"].tags.all()} == {"fresh", "spring"}


def test_all_that_match_are_more_than_the_page(person, organization, page):
    for number in range(60):
        make_upload(person, organization, title=f"Heap {number}")
    make_upload(person, organization, title="Another")
    page.goto(f"{BROWSER}?search=heap")
    page.locator(".file-check").first.check(force=True)
    page.locator("[data-bulk=page]").click()
    page.locator("[data-bulk=all]").click()
    expect(page.locator("#browser-bulk")).to_contain_text("All 60 files that match")
    page.locator("[data-bulk=delete]").click()
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".browser-nothing")).to_contain_text("No file matches")
    assert Upload.objects.get().title == "Another"


def test_several_files_are_downloaded_as_one_zip(files, page):
    page.goto(BROWSER)
    choose(page, "Harbour", "Meadow")
    with page.expect_download() as download:
        page.locator("[data-bulk=zip]").click()
    archive = ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert sorted(archive.namelist()) == ["harbour.jpg", "meadow.jpg"]
    assert archive.testzip() is None


COMPLETED = "document.dispatchEvent(new CustomEvent('uploads:completed', { detail: { uploads: [{}] } }))"


# FA-A1
def test_what_is_chosen_stays_chosen_when_files_come_in(files, page, person, organization):
    page.goto(BROWSER)
    choose(page, "Harbour", "Night", "Valley")
    make_upload(person, organization, title="Fresh")
    Upload.objects.filter(title="Valley").update(deleted_at=timezone.now())
    page.evaluate(COMPLETED)
    expect(card(page, "Fresh")).to_be_visible()
    expect(page.locator("#browser-bulk")).to_contain_text("2 files selected")
    expect(page.locator(".file-check:checked")).to_have_count(2)
    expect(card(page, "Fresh").locator(".file-check")).not_to_be_checked()
    page.locator("#browser-search input[type=search]").fill("Night")
    expect(cards(page)).to_have_count(1)
    expect(page.locator("#browser-bulk")).to_be_hidden()
