"""Text that was typed in a dialog is not lost by accident."""

import pytest
from playwright.sync_api import expect

from tests.axe import serious_findings
from tests.factories import client_for
from tests.pages.media_browser.actions import BROWSER, card, dialog

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUESTION = "Discard your changes?"


@pytest.fixture
def form(files, page):
    """The dialog that edits Harbour."""
    page.goto(BROWSER)
    card(page, "Harbour").hover()
    page.get_by_role("button", name="Edit Harbour").click()
    expect(dialog(page).get_by_label("Title")).to_have_value("Harbour")
    return dialog(page)


def escape(page, form):
    page.keyboard.press("Escape")


def click_beside(page, form):
    page.mouse.click(5, 300)


def cancel(page, form):
    form.get_by_role("button", name="Cancel").click()


WAYS = [escape, click_beside, cancel]


# FA-A5
@pytest.mark.parametrize("way", WAYS)
def test_unsaved_text_is_asked_about_before_it_goes(way, form, page):
    form.get_by_label("Title").fill("Typed")
    way(page, form)
    expect(form).to_be_visible()
    question = page.get_by_role("alertdialog", name=QUESTION)
    expect(question).to_be_visible()
    question.get_by_role("button", name="Keep editing").click()
    expect(form.get_by_label("Title")).to_have_value("Typed")
    way(page, form)
    question.get_by_role("button", name="Discard").click()
    expect(form).to_be_hidden()


# FA-A5
@pytest.mark.parametrize("place", ["in the field", "beside the fields"])
def test_escape_held_down_loses_nothing(place, form, page):
    form.get_by_label("Title").fill("Typed")
    if place == "beside the fields":
        form.get_by_role("heading").first.click()
    for _ in range(5):
        page.keyboard.press("Escape")
    expect(form).to_be_visible()
    expect(form.get_by_label("Title")).to_have_value("Typed")


# FA-A5
@pytest.mark.parametrize("way", WAYS)
def test_a_dialog_in_which_nothing_was_typed_just_closes(way, form, page):
    form.get_by_label("Title").fill("Typed")
    form.get_by_label("Title").fill("Harbour")
    way(page, form)
    expect(form).to_be_hidden()


# FA-A5
@pytest.mark.parametrize("field", ["a tag", "half a tag", "roles", "visibility"])
def test_tags_and_choices_are_typed_text_too(field, form, page):
    if field == "visibility":
        form.get_by_label("Visibility").select_option("PRIVATE")
    elif field == "roles":
        form.get_by_label("Visibility").select_option("ROLE_BASED")
        form.get_by_label("Creator").check()
    else:
        tags = form.get_by_role("combobox", name="Tags")
        tags.fill("sea")
        if field == "a tag":
            tags.press("Enter")
    page.mouse.click(5, 300)
    expect(page.get_by_role("alertdialog", name=QUESTION)).to_be_visible()


# FA-A5
@pytest.mark.parametrize("typed", ["Typed", "Harbour"])
def test_a_press_that_began_inside_never_closes(typed, form, page):
    title = form.get_by_label("Title")
    title.fill(typed)
    box = title.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(5, 300, steps=5)
    page.mouse.up()
    expect(form).to_be_visible()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(title).to_have_value(typed)


# FA-A5
def test_leaving_the_page_with_text_in_a_dialog_asks(form, page):
    form.get_by_label("Title").press_sequentially("x")
    asked = []
    page.on("dialog", lambda question: (asked.append(question.type), question.dismiss()))
    page.evaluate("() => { location.href = '/admin/' }")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(form.get_by_label("Title")).to_have_value("Harbourx")


# FA-A4
def test_a_change_meanwhile_is_shown_beside_what_was_typed_and_both_are_saved(files, form, person, page):
    client_for(person).patch(
        f"/api/v1/uploads/{files['Harbour'].pk}/", {"title": "Theirs", "description": "Their text", "tags": ["boat"]}
    )
    form.get_by_label("Title").fill("Mine")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("This file was changed while you edited it")
    expect(form.locator(".differences")).to_contain_text("Theirs: Theirs")
    expect(form.locator(".differences")).to_contain_text("Yours, kept here: Mine")
    expect(form.get_by_label("Title")).to_have_value("Mine")
    expect(form.get_by_label("Description")).to_have_value("Their text")
    assert serious_findings(page) == []
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    upload = files["Harbour"]
    upload.refresh_from_db()
    assert (upload.title, upload.description) == ("Mine", "Their text")
    assert [tag.name for tag in upload.tags.all()] == ["boat"]


# FA-A5
def test_a_dialog_that_is_closed_while_it_saves_tells_what_became_of_it(files, form, page):
    held = []
    page.route(
        "**/api/v1/uploads/*/",
        lambda route: held.append(route) if route.request.method == "PATCH" else route.continue_(),
    )
    form.get_by_label("Title").fill("Kept after all")
    form.get_by_role("button", name="Save").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Discard").click()
    card(page, "Night").hover()
    card(page, "Night").locator("button[data-action=edit]").click()
    expect(form.get_by_label("Title")).to_have_value("Night")
    held.pop().continue_()
    expect(page.locator(".toast", has_text="Saved")).to_be_visible()
    expect(form).to_be_visible()
    expect(card(page, "Kept after all")).to_have_count(1)
