"""Pages that stay open while their person signs out and in again in another tab, in a real Chromium."""

import pytest
from playwright.sync_api import expect

from resources.models import LibraryResource
from tests.factories import PASSWORD, make_upload
from tests.uploader import choose_files, picture, sign_in
from tests.worker.installation import wait_until
from uploads.files.trash import put_into_trash
from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/admin/uploads/upload/"
CALL = """async ([method, path, body]) => {
    const { api, sentence } = await import('/static/dist/api.js')
    return api(path, { method, body }).catch((error) => [error.status, sentence(error)])
}"""
PART = """async (path) => {
    const { send, sentence } = await import('/static/dist/api.js')
    return send(path).then((answer) => answer.status, (error) => [error.status, sentence(error)])
}"""
SIGNED_OUT = [401, "You are signed out. Sign in again in another tab, then retry."]


@pytest.fixture
def page(page, keeper):
    page.set_default_timeout(15_000)
    sign_in(page, "keeper")
    return page


def sign_out(page):
    """As the tab of another user does it: the cookies of the browser change, the page does not."""
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page):
    """In another tab, with a new session and a new CSRF token."""
    before = token(page)
    sign_out(page)
    other = page.context.new_page()
    sign_in(other, "keeper")
    other.close()
    assert token(page) != before


def retitle(page):
    """In the dialog of the media browser, without saving."""
    page.goto(LIST)
    card = page.locator(".file", has=page.get_by_text("Harbour"))
    card.hover()
    card.locator("[data-action=edit]").click()
    page.get_by_label("Title", exact=True).fill("Bay")


def token(page):
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")


# FA-A3
def test_every_call_of_an_open_page_goes_on_after_signing_in_again_in_another_tab(page, keeper, organization):
    upload = make_upload(keeper, organization)
    page.goto(LIST)
    sign_in_again(page)
    answer = page.evaluate(CALL, ["PATCH", f"uploads/{upload.pk}/", {"title": "Renamed"}])
    assert answer["title"] == "Renamed"
    assert page.evaluate(CALL, ["DELETE", f"uploads/{upload.pk}/", None]) is None
    assert Upload.everything.trashed().count() == 1


# FA-A3
def test_every_form_of_an_open_page_is_taken_after_signing_in_again_in_another_tab(page, keeper, organization):
    upload = make_upload(keeper, organization, title="Harbour")
    put_into_trash(ids=[upload.pk], by=keeper.pk)
    page.goto(f"{LIST}trash/")
    sign_in_again(page)
    page.get_by_role("button", name="Restore: Harbour").click()
    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    assert Upload.objects.get().title == "Harbour"


# FA-A3
def test_the_media_browser_saves_and_deletes_after_signing_in_again_in_another_tab(page, keeper, organization):
    upload = make_upload(keeper, organization, title="Harbour")
    retitle(page)
    sign_in_again(page)
    page.locator("#form-dialog [data-submit]").click()
    card = page.locator(".file", has=page.get_by_text("Bay"))
    expect(card).to_be_visible()  # the list was fetched again
    assert Upload.objects.get().title == "Bay"
    sign_in_again(page)
    card.hover()
    card.locator("[data-action=delete]").click()
    page.locator("#form-dialog [data-submit]").click()
    wait_until(lambda: Upload.everything.trashed().filter(pk=upload.pk).exists())


# FA-A3
def test_a_dialog_of_a_signed_out_page_says_what_to_do_and_saves_after_it(page, keeper, organization):
    make_upload(keeper, organization, title="Harbour")
    retitle(page)
    sign_out(page)
    page.locator("#form-dialog [data-submit]").click()
    expect(page.locator("#form-dialog").get_by_role("alert")).to_contain_text(SIGNED_OUT[1])
    sign_in_again(page)
    page.locator("#form-dialog [data-submit]").click()
    expect(page.locator(".file", has=page.get_by_text("Bay"))).to_be_visible()
    assert Upload.objects.get().title == "Bay"


# FA-A3
def test_a_form_of_a_signed_out_page_shows_what_was_typed_and_can_be_sent_after_signing_in(page):
    page.goto("/admin/uploads/tag/add/")
    page.get_by_label("Name").fill("2026")
    sign_out(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("You have been signed out")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("2026")
    sign_in_again(page)
    page.go_back()
    expect(page.get_by_label("Name")).to_have_value("2026")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text("2026")


# FA-A3
def test_the_form_of_a_library_resource_sends_its_pictures_after_signing_in_again_in_another_tab(page):
    page.goto("/admin/resources/libraryresource/add/")
    page.get_by_label("Name").fill("Parka")
    page.get_by_label("Category").fill("jackets")
    sign_in_again(page)
    page.locator("input[data-role=original]").set_input_files([picture("front.png")])
    expect(page.locator(".picture-note")).to_have_text("New")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/resources/libraryresource/")
    assert LibraryResource.objects.get().name == "Parka"


# FA-A3
def test_the_uploader_sends_after_signing_in_again_in_another_tab(page):
    page.goto(LIST)
    page.locator("[data-upload-open]").first.click()
    choose_files(page, [picture("a.png")])
    sign_in_again(page)
    page.get_by_role("button", name="Upload 1 file").click()
    wait_until(lambda: Upload.objects.count() == 1)


# FA-A3
def test_a_sign_in_page_that_was_left_open_still_signs_in(page):
    sign_out(page)
    page.goto("/admin/login/")
    sign_in_again(page)
    sign_out(page)
    page.get_by_label("Username").fill("keeper")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")


# FA-A3
def test_who_is_signed_out_is_told_what_to_do_and_goes_on(page, keeper, organization):
    upload = make_upload(keeper, organization)
    page.goto(LIST)
    sign_out(page)
    call = ["PATCH", f"uploads/{upload.pk}/", {"title": "Renamed"}]
    assert page.evaluate(CALL, call) == SIGNED_OUT
    assert page.evaluate(PART, f"{LIST}browse/results/") == SIGNED_OUT
    sign_in_again(page)
    assert page.evaluate(CALL, call)["title"] == "Renamed"
    assert page.evaluate(PART, f"{LIST}browse/results/") == 200


# FA-A3
def test_the_cookie_of_the_token_may_have_any_name(page, keeper, organization, settings):
    settings.CSRF_COOKIE_NAME = "__Secret-token"
    upload = make_upload(keeper, organization)
    page.goto(LIST)
    assert page.evaluate(CALL, ["PATCH", f"uploads/{upload.pk}/", {"title": "Renamed"}])["title"] == "Renamed"
