"""Narrow and wide windows, light and dark, by keyboard, with and without permissions."""

import re

import pytest
from playwright.sync_api import expect

from permissions.choices import Permission
from permissions.services.memberships import add_member
from tests.axe import serious_findings
from tests.factories import PASSWORD, make_member, make_organization, make_role, make_upload, make_user
from tests.pages.media_browser.actions import BROWSER, card, cards, choose, dialog, preview
from tests.uploader import sign_in
from uploads.usages.record import record_usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_serious_on_the_page_and_in_its_dialogs(width, scheme, drawn, page, live_server):
    record_usage(upload_id=drawn["Night"].pk, entity_type="page", entity_id="7", label="The front page")
    elsewhere, errors = [], []
    page.on("request", lambda request: elsewhere.append(request.url) if not _is_ours(request, live_server) else None)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for view in ("grid", "list"):
        page.goto(f"{BROWSER}?view={view}&visibility=PUBLIC")
        expect(page.locator("label.choice", has_text="spring").locator(".count")).to_have_text("2")
        assert serious_findings(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    preview(page, "Night")
    for panel in ("Access", "Activity", "Versions", "Share links"):
        page.locator("#preview-dialog summary", has_text=panel).click()
    expect(page.locator("#preview-dialog .reasons li").first).to_be_visible()
    assert serious_findings(page, "#preview-dialog") == []
    for name in ("Edit", "Share", "Delete"):
        page.locator("#preview-dialog").get_by_role("button", name=name, exact=True).click()
        expect(dialog(page).get_by_role("heading")).to_contain_text(name)
        if name == "Edit":
            dialog(page).get_by_label("Visibility").select_option("ROLE_BASED")
            expect(dialog(page).get_by_label("Creator")).to_be_visible()
        _is_free_of_findings(page, is_edited=name == "Edit")
    page.keyboard.press("Escape")
    page.locator(".file-check").first.check(force=True)
    page.locator(".file-check").nth(2).check(force=True)
    assert serious_findings(page, "#browser-bulk") == []
    for name in ("visibility", "tags", "delete"):
        page.locator(f"[data-bulk={name}]").click()
        expect(dialog(page).get_by_role("heading")).to_contain_text("2 files")
        _is_free_of_findings(page)
    assert (elsewhere, errors) == ([], [])


def _is_free_of_findings(page, *, is_edited=False):
    """Of the dialog in front, which is closed again, after a question where it holds edits; nothing lies outside."""
    assert serious_findings(page, "#form-dialog") == []
    box = dialog(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    page.keyboard.press("Escape")
    if is_edited:
        question = page.get_by_role("alertdialog")
        expect(question).to_be_visible()
        assert serious_findings(page, "dialog.question") == []
        question.get_by_role("button", name="Discard", exact=True).click()
    expect(dialog(page)).to_be_hidden()


def _is_ours(request, live_server):
    return request.url.startswith((live_server.url, "data:", "blob:"))


def test_filters_are_a_drawer_on_a_narrow_screen(files, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(BROWSER)
    opener = page.get_by_role("button", name="Filters", exact=True)
    opener.click()
    expect(page.get_by_role("button", name="Close the filters")).to_be_focused()
    page.get_by_label("Video").check()
    expect(page.locator(".browser-nothing")).to_be_attached()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_everything_is_reached_with_the_keyboard(files, page):
    page.goto(BROWSER)
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.name")
        )
        if "Delete Harbour" in reached:
            break
    assert {"search", "ordering", "Grid", "List", "Select Valley", "Edit Valley", "Delete Harbour"} <= reached


def test_light_and_dark_are_switched_with_the_keyboard(files, page):
    page.goto(BROWSER)
    page.locator("#nav-sidebar, nav, body").get_by_text("keeper").first.click()
    page.get_by_role("button", name="Dark").press("Enter")
    expect(page.locator("html")).to_have_class(re.compile("dark"))


def test_an_empty_library_offers_to_upload(page):
    page.goto(BROWSER)
    expect(page.locator(".browser-nothing")).to_contain_text("No files yet")
    page.locator(".browser-nothing [data-upload-open]").click()
    expect(page.locator("#uploader")).to_be_visible()


def test_an_account_that_may_only_look_is_offered_nothing_else(files, organization, page):
    make_user("looker", make_role(organization, Permission.MEDIA_VIEW), is_staff=True)
    page.context.clear_cookies()
    sign_in(page, "looker")
    page.goto(BROWSER)
    expect(cards(page)).to_have_count(5)
    expect(page.locator("[data-upload-open]")).to_have_count(0)
    expect(page.locator("[data-action=edit], [data-action=delete]")).to_have_count(0)
    preview(page, "Night")
    assert page.locator("#preview-dialog [data-buttons] .button").all_inner_texts() == [
        "link\nCopy URL",
        "download\nDownload",
    ]
    page.keyboard.press("Escape")
    choose(page, "Night")
    assert page.locator("#browser-bulk button:visible").evaluate_all("all => all.map(one => one.dataset.bulk)") == [
        "page",
        "zip",
        "none",
    ]


def test_who_may_not_use_the_library_finds_no_entry_and_is_told_why(files, organization, page):
    page.goto("/admin/")
    expect(page.get_by_role("link", name="Media library", exact=True).last).to_be_visible()
    make_user("typist", make_role(organization, Permission.VIEW_CONTENT), is_staff=True)
    page.context.clear_cookies()
    sign_in(page, "typist")
    expect(page.locator(f"a[href='{BROWSER}']")).to_have_count(0)
    expect(page.locator("a[href='/admin/media_library/content/']").first).to_be_attached()
    page.goto(BROWSER)
    expect(page.get_by_role("heading", name="You may not use the media library here")).to_be_visible()
    assert serious_findings(page) == []


def test_a_list_that_is_on_its_way_says_so_and_is_dimmed(files, page):
    page.goto(BROWSER)
    results, waiting = page.locator("#browser-results"), []
    page.route("**/browse/results/**", lambda route: waiting.append(route))
    page.get_by_label("Sort by").select_option("size")
    expect(results).to_have_attribute("aria-busy", "true")
    expect(results.locator("> *").first).not_to_have_css("opacity", "1")
    waiting.pop().continue_()
    expect(results).not_to_have_attribute("aria-busy", "true")
    expect(cards(page)).to_have_count(5)


def test_a_server_that_does_not_answer_is_said_and_tried_again(files, page):
    page.goto(BROWSER)
    page.route("**/browse/results/**", lambda route: route.abort())
    page.get_by_label("Sort by").select_option("size")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/browse/results/**")
    page.get_by_role("button", name="Try again").click()
    expect(cards(page)).to_have_count(5)


def test_a_person_who_acts_everywhere_edits_in_the_organization_of_the_file(
    files, organization, page, new_context, live_server
):
    other = make_organization("second")
    upload = make_upload(make_member(other), other, title="Elsewhere")
    boss = make_member(organization, "Administrator", "boss", is_staff=True, is_superuser=True)
    add_member(user=boss, role=other.roles.get(name="Administrator"))
    page.context.clear_cookies()
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("boss")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    page.goto(BROWSER)
    card(page, "Elsewhere").hover()
    page.get_by_role("button", name="Edit Elsewhere").click()
    dialog(page).get_by_label("Title").fill("Reached")
    dialog(page).get_by_role("button", name="Save").click()
    expect(card(page, "Reached")).to_be_visible()
    upload.refresh_from_db()
    assert upload.title == "Reached"
