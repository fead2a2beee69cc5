"""Finding files: cards, search, filters, order, pages."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import make_member, make_upload
from tests.pages.media_browser.actions import BROWSER, NAMES, card, cards, names, picture_width
from uploads.models import Upload
from uploads.usages.record import record_usage

TYPES = ["VIDEO", "IMAGE", "AUDIO", "DOCUMENT", "AVATAR"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_cards_show_what_people_ask_first(drawn, page):
    record_usage(upload_id=drawn["Harbour"].pk, entity_type="page", entity_id="7")
    Upload.objects.filter(title="Meadow").update(visibility="PRIVATE", title="A meadow " * 20)
    Upload.objects.filter(title="Night").update(visibility="ROLE_BASED")
    page.goto(BROWSER)
    assert names(page)[::-1] == ["Harbour", ("A meadow " * 20), "Night", "Orchard", "Valley"]
    shown = card(page, "Harbour")
    expect(shown).to_contain_text("Public")
    expect(shown).to_contain_text(re.compile(r"\d(\.\d)?.(KB|bytes)"))
    expect(shown.locator("time")).to_have_text(re.compile("now|ago"))
    expect(shown.locator(".file-uses")).to_have_attribute("title", "Used in 1 place")
    assert picture_width(shown.locator("img")) == 320
    long = cards(page).nth(3).locator(".file-name")
    assert (
        long.evaluate("name => name.scrollWidth > name.clientWidth && getComputedStyle(name).textOverflow")
        == "ellipsis"
    )
    expect(long).to_have_attribute("title", f"{'A meadow ' * 20} (meadow.jpg)")
    badges = page.locator(".file .badge")
    colours = badges.evaluate_all("all => all.map(one => [one.innerText, getComputedStyle(one).backgroundColor])")
    assert len({colour for _, colour in colours}) == len({text for text, _ in colours}) == 3


def test_actions_come_with_the_pointer_and_with_the_focus(files, page):
    page.goto(BROWSER)
    actions = card(page, "Harbour").locator(".file-actions")
    expect(actions).to_have_css("opacity", "0")
    card(page, "Harbour").hover()
    expect(actions).to_have_css("opacity", "1")
    others = card(page, "Meadow").locator(".file-actions")
    expect(others).to_have_css("opacity", "0")
    card(page, "Meadow").get_by_role("button", name="Edit Meadow").focus()
    expect(others).to_have_css("opacity", "1")
    labels = actions.get_by_role("button").evaluate_all("all => all.map(one => one.title)")
    assert labels == ["Preview", "Edit", "Copy URL", "Delete"]


def test_the_list_has_a_column_for_each_thing_to_compare(drawn, page):
    page.goto(f"{BROWSER}?view=list")
    headings = page.locator("thead th").evaluate_all(
        "all => all.map(one => (one.querySelector('a') ?? one).childNodes[0].textContent.trim()).filter(Boolean)"
    )
    assert headings == ["Preview", "Name", "Type", "Size", "Uploaded by", "Uploaded", "Visibility", "Actions"]
    row = card(page, "Harbour")
    for text in ("Image", "keeper", "Public"):
        expect(row).to_contain_text(text)
    assert picture_width(row.locator("img")) == 320


def test_searching_as_one_types_starts_with_a_slash_and_goes_into_the_address(files, page):
    page.goto(BROWSER)
    page.keyboard.press("/")
    page.keyboard.type("mead")
    expect(cards(page)).to_have_count(1)
    assert "search=mead" in page.url
    page.reload()
    expect(cards(page)).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("mead")


def test_filters_become_chips_counts_and_steps_of_the_history(files, page):
    page.goto(BROWSER)
    spring = page.locator("label.choice", has_text="spring")
    expect(spring).to_contain_text("2")
    spring.locator("input").check()
    expect(cards(page)).to_have_count(2)
    expect(page.locator(".chip")).to_have_text(re.compile("Tag: spring"))
    page.go_back()
    expect(cards(page)).to_have_count(5)
    expect(page.locator("label.choice", has_text="spring").locator("input")).not_to_be_checked()
    page.go_forward()
    page.locator(".chip").click()
    expect(cards(page)).to_have_count(5)


def test_every_filter_of_the_sidebar_narrows_says_so_and_is_taken_away_again(files, organization, page):
    record_usage(upload_id=files["Harbour"].pk, entity_type="page", entity_id="7")
    Upload.objects.filter(title="Meadow").update(visibility="PRIVATE", category="Press", type="EDITOR_IMAGE")
    other = make_member(organization, "Creator", "painter")
    Upload.objects.filter(title="Night").update(
        created_at=timezone.now() - timedelta(days=40), uploaded_by=other, search_text="night"
    )
    page.goto(BROWSER)
    sidebar = page.locator("#browser-filters")
    month_ago = (timezone.now() - timedelta(days=30)).date().isoformat()
    filters = [  # clicked, not checked: the counts that come in draw the boxes anew, and the chip says what was chosen
        (lambda: sidebar.get_by_label("Editor image").click(), "Editor image", ["Meadow"]),
        (lambda: sidebar.get_by_label("Private").click(), "Private", ["Meadow"]),
        (lambda: sidebar.get_by_label("In use", exact=False).first.click(), "In use", ["Harbour"]),
        (lambda: sidebar.get_by_label("Before").fill(month_ago), f"Added before {month_ago}", ["Night"]),
        (lambda: sidebar.get_by_label("painter").click(), "By painter", ["Night"]),
        (lambda: sidebar.get_by_label("Press").click(), "Category: Press", ["Meadow"]),
    ]
    for narrow, said, left in filters:
        narrow()
        expect(page.locator(".chip")).to_contain_text(said)
        assert names(page) == left
        page.locator(".chip").click()
        expect(cards(page)).to_have_count(5)


def test_each_order_is_that_of_the_list(files, page):
    for number, name in enumerate(NAMES):
        Upload.objects.filter(title=name).update(size=1000 * (number * 2 % 5 + 1), type=TYPES[number])
    page.goto(BROWSER)
    for value in page.get_by_label("Sort by").locator("option").evaluate_all("all => all.map(one => one.value)"):
        page.get_by_label("Sort by").select_option(value)
        column = value.removeprefix("-")
        rows = Upload.objects.order_by(value, value.replace(column, "id"))
        expect(cards(page).first).to_have_attribute("data-id", str(rows[0].pk))
        expect(cards(page).last).to_have_attribute("data-id", str(rows[4].pk))
        assert names(page) == [row.title for row in rows]


def test_sorting_by_select_and_by_heading_in_both_directions(files, page):
    page.goto(BROWSER)
    page.get_by_label("Sort by").select_option("original_filename")
    expect(cards(page).first).to_have_attribute("data-name", "Harbour")
    page.get_by_role("button", name="List").click()
    heading = page.locator("th", has_text="Name")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert names(page) == sorted(NAMES, reverse=True)


def test_the_view_is_remembered(files, page):
    page.goto(BROWSER)
    page.get_by_role("button", name="List").click()
    expect(page.locator("table .file")).to_have_count(5)
    page.goto(BROWSER)
    expect(page.locator("table .file")).to_have_count(5)
    expect(page.get_by_role("button", name="List")).to_have_attribute("aria-pressed", "true")


def test_scrolling_loads_more_and_coming_back_finds_the_place_again(person, organization, page):
    for _ in range(130):
        make_upload(person, organization)
    page.goto(BROWSER)
    for shown in (96, 130):
        page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        expect(cards(page)).to_have_count(shown)
    place = page.evaluate("() => scrollY")
    page.goto("/admin/")
    page.go_back()
    expect(cards(page)).to_have_count(130)
    page.wait_for_function("place => Math.abs(scrollY - place) < 300", arg=place)


def test_without_scripts_the_next_page_is_a_link(person, organization, new_context, live_server, page):
    for _ in range(50):
        make_upload(person, organization)
    plain = new_context(base_url=live_server.url, java_script_enabled=False, storage_state=page.context.storage_state())
    other = plain.new_page()
    other.goto(BROWSER)
    other.get_by_role("link", name="Load more").click()
    expect(other.locator(".file")).to_have_count(2)
