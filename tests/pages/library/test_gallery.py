"""The pictures of a library resource are sorted, removed and replaced on its form."""

import pytest
from playwright.sync_api import expect

from tests.pages.library.actions import card, choose, gallery, names_of, save, sent
from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_gallery_is_sorted_by_dragging(page, saved):
    card(page, "c.png").drag_to(card(page, "a.png"), target_position={"x": 10, "y": 60})
    expect(gallery(page)).to_have_text(["c.png", "a.png", "b.png"])
    save(page)
    assert names_of(saved) == ["c.png", "a.png", "b.png"]


def test_a_card_that_is_let_go_elsewhere_goes_back(page, saved):
    card(page, "c.png").hover()
    page.mouse.down()
    for x in (20, 10):  # the first step picks it up
        card(page, "a.png").hover(position={"x": x, "y": 60})
    expect(gallery(page)).to_have_text(["c.png", "a.png", "b.png"])
    page.get_by_label("Name").hover()
    page.mouse.up()
    expect(gallery(page)).to_have_text(["a.png", "b.png", "c.png"])


def test_the_gallery_is_sorted_by_the_keyboard_alone(page, saved):
    later = page.get_by_role("button", name="Move a.png later")
    later.focus()
    page.keyboard.press("Enter")
    expect(gallery(page)).to_have_text(["b.png", "a.png", "c.png"])
    expect(later).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("“a.png” is picture 2 of 3.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move a.png earlier")).to_be_focused()  # it cannot go later
    save(page)
    assert names_of(saved) == ["b.png", "c.png", "a.png"]


def test_a_picture_that_is_removed_can_be_kept_until_the_form_is_saved(page, saved):
    for name in ("a.png", "b.png"):
        page.get_by_role("button", name=f"Remove {name}").click()
    expect(card(page, "b.png").locator(".picture-note")).to_have_text("Will be moved to the trash")
    page.get_by_role("button", name="Keep b.png").click()
    save(page)
    assert names_of(saved) == ["b.png", "c.png"]
    assert Upload.everything.trashed().get().original_filename == "a.png"


def test_an_original_is_replaced_and_stays_where_the_other_one_is_taken_back(page, saved):
    choose(page, "original", "other.png")
    sent(page, "other.png")
    page.get_by_role("button", name="Remove other.png").click()
    expect(page.locator("[data-zone=original] .picture-name")).to_have_text("original.png")
    choose(page, "original", "better.png")
    sent(page, "better.png")
    save(page)
    assert saved.files.get(role="original").upload.original_filename == "better.png"
    assert Upload.everything.trashed().get().original_filename == "original.png"
