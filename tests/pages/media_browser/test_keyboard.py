"""Where the keyboard is, what a screen reader hears, and what input methods write."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser import enter
from tests.factories import make_upload, put_tag
from tests.pages.media_browser.actions import BROWSER, card, cards, choose, dialog, names, preview
from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED = """() => {
    const active = document.activeElement;
    return { name: active.closest('.file')?.dataset.name, action: active.dataset.action, id: active.id };
}"""
COUNT_STATUS = """() => {
    window.said = [];
    const status = document.getElementById("browser-status");
    const seen = new MutationObserver(() => window.said.push(status.textContent));
    seen.observe(status, { childList: true, characterData: true, subtree: true });
}"""


def focused(page):
    return page.evaluate(FOCUSED)


def press(page, name, action):
    """Open what a card's button does, by the keyboard."""
    card(page, name).locator(f"button[data-action={action}]").first.focus()
    page.keyboard.press("Enter")


# FA-A11
@pytest.mark.parametrize("view", ["grid", "list"])
def test_after_a_file_was_deleted_the_keyboard_is_on_its_neighbour(files, page, view):
    page.goto(f"{BROWSER}?view={view}")
    expect(cards(page)).to_have_count(5)
    order = names(page)
    for gone, expected in ((order[1], order[2]), (order[4], order[3])):  # in the middle, and the last one
        press(page, gone, "delete")
        dialog(page).get_by_role("button", name="Move to the trash").click()
        expect(card(page, gone)).to_have_count(0)
        page.wait_for_function("document.activeElement.closest('.file')")
        assert focused(page)["name"] == expected


# FA-A11
def test_after_the_last_file_was_deleted_the_keyboard_is_on_the_list(person, organization, page):
    make_upload(person, organization, title="Only")
    page.goto(BROWSER)
    press(page, "Only", "delete")
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(cards(page)).to_have_count(0)
    page.wait_for_function("document.activeElement.id === 'browser-results'")


# FA-A11
def test_after_a_file_was_edited_the_keyboard_is_on_the_same_button(files, page):
    page.goto(BROWSER)
    press(page, "Meadow", "edit")
    dialog(page).get_by_label("Title").fill("Meadows")
    dialog(page).get_by_role("button", name="Save").click()
    expect(card(page, "Meadows")).to_be_visible()
    page.wait_for_function("document.activeElement.closest('.file')")
    assert focused(page) == {"name": "Meadows", "action": "edit", "id": ""}


# FA-A11
def test_after_several_files_were_deleted_the_keyboard_is_on_what_came_in_their_place(files, page):
    page.goto(BROWSER)
    order = names(page)
    choose(page, order[1], order[2])
    page.locator("[data-bulk=delete]").focus()
    page.keyboard.press("Enter")
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(cards(page)).to_have_count(3)
    page.wait_for_function("document.activeElement.closest('.file')")
    assert focused(page)["name"] == order[3]


# FA-A11
def test_files_that_come_in_move_no_keyboard_and_say_nothing(files, page):
    page.goto(BROWSER)
    card(page, "Night").locator("a[data-action=preview]").focus()
    page.evaluate(COUNT_STATUS)
    for _ in range(3):
        with page.expect_response(lambda answer: "browse/results" in answer.url):
            page.evaluate("document.dispatchEvent(new CustomEvent('uploads:completed', { detail: { uploads: [] } }))")
    page.wait_for_function("!document.querySelector('#browser-results[aria-busy]')")
    assert focused(page)["name"] == "Night"
    assert page.evaluate("window.said") == []


# FA-A11
def test_a_selection_is_said_once_and_its_end_too(files, page):
    page.goto(BROWSER)
    page.evaluate(COUNT_STATUS)
    choose(page, "Night")
    choose(page, "Valley")
    page.keyboard.press("Escape")
    expect(page.locator("#browser-status")).to_have_text("Nothing selected")
    assert page.evaluate("window.said") == ["1 file selected", "2 files selected", "Nothing selected"]


# FA-A11
@pytest.mark.parametrize("place", ["dialog", "filters"])
def test_suggestions_that_come_late_end_no_composition(files, page, place):
    held = []
    page.route("**/api/v1/tags/**", lambda route: held.append(route))
    page.goto(BROWSER)
    if place == "dialog":
        press(page, "Night", "edit")
        field = dialog(page).get_by_role("combobox", name="Tags")
        field.focus()
    else:
        field = page.locator("[data-suggest]")
        field.press_sequentially("s")
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(50)
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "とうき,", "selectionStart": 4, "selectionEnd": 4})
    typed = field.input_value()
    with page.expect_response("**/api/v1/tags/**"):
        held[0].continue_()
    page.wait_for_timeout(100)  # for what the script does with it
    client.send("Input.insertText", {"text": "東京"})
    assert typed.endswith("とうき,")
    assert field.input_value() == typed.replace("とうき,", "東京")


# FA-A11
def test_the_enter_that_confirms_a_word_adds_no_half_tag(files, page):
    page.goto(BROWSER)
    press(page, "Night", "edit")
    field = dialog(page).get_by_role("combobox", name="Tags")
    field.focus()
    chips = dialog(page).locator(".tag-chips li")
    before = chips.count()
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "とうき,", "selectionStart": 4, "selectionEnd": 4})
    for kind in ("rawKeyDown", "keyUp"):  # as browsers send keys that the input method takes
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        client.send("Input.dispatchKeyEvent", {"type": kind, **key})
    assert chips.count() == before
    client.send("Input.insertText", {"text": "東京"})
    assert chips.count() == before
    assert field.input_value() == "東京"
    page.keyboard.press("Enter")
    expect(chips).to_have_count(before + 1)
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.locator(".toast", has_text="Saved")).to_be_visible()
    assert "東京" in {tag.name for tag in Upload.objects.get(title="Night").tags.all()}


# FA-A11
def test_in_the_colours_of_the_person_what_is_chosen_current_and_focused_differs_by_lines(files, page):
    page.emulate_media(forced_colors="active")
    for view in ("grid", "list"):
        page.goto(f"{BROWSER}?view={view}")
        choose(page, "Night")
        style = "card => { const s = getComputedStyle(card); return s.outlineStyle + ' ' + s.outlineWidth }"
        assert card(page, "Night").evaluate(style) == "solid 3px"
        assert card(page, "Valley").evaluate(style).startswith("none")
    page.locator(".file-check").first.focus()
    pressed = page.locator(".browser-views button[aria-pressed=true]")
    other = page.locator(".browser-views button[aria-pressed=false]")
    background = "one => getComputedStyle(one).backgroundColor"
    assert pressed.evaluate(background) != other.evaluate(background)


# FA-A11
@pytest.mark.parametrize("width", [390, 1440])
def test_one_long_word_pushes_nothing_out(person, organization, page, width):
    word = "Donaudampfschifffahrtsgesellschaftskapitänsmützen"[:49]
    upload = make_upload(person, organization, title=word * 4, original_filename=f"{word * 4}.png", category=word * 2)
    put_tag(upload, word)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{BROWSER}?tag={word}&category={word * 2}")
    if width < 1024:
        page.locator(".browser-filters-button").click()
    count = page.locator("[data-facet=tag] .count").first
    expect(count).to_have_text("1")
    inside = "c => c.getBoundingClientRect().right <= c.closest('form').getBoundingClientRect().right + 1"
    assert count.evaluate(inside)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in page.locator(".chip").all():
        box = part.bounding_box()
        assert box["x"] + box["width"] <= width


# FA-A10
def test_card_preview_and_filter_have_one_day_that_of_the_browser(person, organization, new_context, live_server):
    moment = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)
    upload = make_upload(person, organization, title="Late", created_at=moment, updated_at=moment)
    page = new_context(base_url=live_server.url, timezone_id="Pacific/Auckland").new_page()
    enter(page, live_server, person)
    page.goto("/admin/")  # whatever page comes first tells where the browser is
    page.goto(BROWSER)
    assert card(page, "Late").locator("time").get_attribute("title") == "Nov. 29, 2026, 11:30 a.m. (Pacific/Auckland)"
    expect(page.locator(".field-note")).to_contain_text("Days in Pacific/Auckland")
    preview(page, "Late")
    expect(page.locator("#preview-dialog .facts")).to_contain_text("Nov 29, 2026, 11:30\u202fAM (Pacific/Auckland)")
    page.goto(f"{BROWSER}?created_after=2026-11-29&created_before=2026-11-30")
    expect(card(page, upload.title)).to_be_visible()
    person.time_zone = "America/Lima"  # the person's own choice comes before the browser's
    person.save()
    page.goto(f"{BROWSER}?created_after=2026-11-29")
    expect(cards(page)).to_have_count(0)
    page.goto(BROWSER)
    preview(page, "Late")
    expect(page.locator("#preview-dialog .facts")).to_contain_text("Nov 28, 2026")
