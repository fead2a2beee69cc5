"""A change affects what the page shows, also with an unusual address and after changes by others."""

import io
from zipfile import ZipFile

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from permissions.choices import Permission
from tests.browser import enter
from tests.factories import make_role, make_upload, make_user
from tests.pages.media_browser.actions import BROWSER, card, cards, choose, dialog
from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ALL = "[data-bulk=all]"


@pytest.fixture
def heap(person, organization):
    """60 files, more than a page, that match "heap", and one that does not."""
    for number in range(60):
        make_upload(person, organization, title=f"Heap {number}", content=b"bytes")
    make_upload(person, organization, title="Another")


def choose_all(page, query):
    page.goto(f"{BROWSER}?{query}")
    page.locator(".file-check").first.check(force=True)
    page.locator("[data-bulk=page]").click()
    page.locator(ALL).click()
    expect(page.locator("#browser-bulk")).to_contain_text("All 60 files that match")


# FA-A1
@pytest.mark.parametrize("query", ["q=heap", "q=heap&view=list", "search=heap&q=heap", "q=+heap"])
def test_all_that_match_are_those_of_the_list_however_the_search_is_written(heap, page, query):
    choose_all(page, query)
    page.locator("[data-bulk=delete]").click()
    expect(dialog(page)).to_contain_text("Delete 60 files?")
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".browser-nothing")).to_contain_text("No file matches")
    assert Upload.objects.get().title == "Another"


# FA-A1
@pytest.mark.parametrize("query", ["colour=red", "q=heap&colour=red", "type=PICTURE", "q=heap&search=another"])
def test_an_address_that_means_nothing_lists_nothing_and_offers_no_choice(heap, page, query):
    page.goto(f"{BROWSER}?{query}")
    expect(page.get_by_role("alert")).to_contain_text("This list cannot be shown")
    expect(cards(page)).to_have_count(0)
    expect(page.locator("#browser-bulk")).to_be_hidden()
    expect(page.locator("#browser-total")).to_be_empty()


# FA-A1
@pytest.mark.parametrize("what", ["delete", "tags", "visibility"])
def test_a_list_that_changed_meanwhile_is_not_acted_on_and_can_be_loaded_again(heap, page, person, organization, what):
    choose_all(page, "q=heap")
    make_upload(person, organization, title="Heap of another person")
    page.locator(f"[data-bulk={what}]").click()
    dialog(page).locator("[data-submit]").click()
    expect(dialog(page)).to_contain_text("60 files were shown, 61 match now. Nothing was changed.")
    assert Upload.objects.count() == 62
    dialog(page).get_by_role("button", name="Reload the list").click()
    expect(page.locator("#browser-total")).to_have_text("61 files")
    expect(page.locator("#browser-bulk")).to_be_hidden()


# FA-A1
def test_a_zip_of_a_list_that_changed_meanwhile_is_refused_on_the_page(heap, page, person, organization):
    choose_all(page, "q=heap")
    late = make_upload(person, organization, title="Heap of another person", content=b"x")
    page.locator("[data-bulk=zip]").click()
    expect(page.locator(".toast")).to_contain_text("60 files were shown, 61 match now.")
    Upload.objects.filter(pk=late.pk).update(deleted_at=timezone.now())
    with page.expect_download() as download:
        page.locator("[data-bulk=zip]").click()
    assert len(ZipFile(io.BytesIO(download.value.path().read_bytes())).namelist()) == 60


# FA-A1
def test_more_than_a_call_takes_are_not_offered_for_choice(heap, page, monkeypatch):
    monkeypatch.setattr("uploads.admin.browser.counts.COUNTED", 55)
    page.goto(BROWSER)
    expect(page.locator("#browser-total")).to_have_text("More than 55 files")
    page.locator(".file-check").first.check(force=True)
    page.locator("[data-bulk=page]").click()
    expect(page.locator(ALL)).to_be_disabled()
    expect(page.locator(ALL)).to_contain_text("More than 55 match")


# FA-A8
def test_a_file_that_may_not_be_changed_is_named_and_can_be_left_out(organization, person, page, live_server):
    rights = (Permission.MEDIA_VIEW, Permission.MEDIA_EDIT_OWN)
    someone = make_user("someone", make_role(organization, *rights), is_staff=True)
    make_upload(person, organization, title="Theirs", visibility="PUBLIC")
    for name in ("One", "Two"):
        make_upload(someone, organization, title=name)
    enter(page, live_server, someone)
    page.goto(BROWSER)
    choose(page, "One", "Two", "Theirs")
    page.locator("[data-bulk=visibility]").click()
    dialog(page).get_by_label("Visibility").select_option("ROLE_BASED")
    dialog(page).get_by_role("button", name="Change", exact=True).click()
    expect(dialog(page)).to_contain_text("1 file cannot be changed by you: Theirs.")
    assert not Upload.objects.filter(visibility="ROLE_BASED").exists()
    dialog(page).get_by_role("button", name="Skip and change the other 2").click()
    expect(page.locator(".toast")).to_contain_text("2 files changed; 1 file skipped: you may not change it.")
    expect(card(page, "One").locator(".badge.ROLE_BASED")).to_be_visible()
    assert Upload.objects.get(title="Theirs").visibility == "PUBLIC"


# FA-A3
def test_a_page_goes_on_writing_after_another_tab_has_signed_in_again(files, page, person, live_server):
    page.goto(BROWSER)
    cookie = {"name": "csrftoken", "value": "b" * 32, "url": live_server.url}
    page.context.add_cookies([cookie])
    card(page, "Night").hover()
    card(page, "Night").get_by_role("button", name="Delete").click()
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(cards(page)).to_have_count(4)
    choose(page, "Harbour", "Meadow")
    with page.expect_download():
        page.locator("[data-bulk=zip]").click()
