"""Forms of the admin in a real Chromium: leaving them with unsaved edits asks, saving them too late loses nothing."""

import pytest
from playwright.sync_api import expect

from tests.axe import serious_findings
from tests.browser import enter
from tests.factories import make_category, make_content, make_member, make_organization, make_upload
from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organization():
    return make_organization("house", name="House", is_default=True)


@pytest.fixture
def person(organization):
    return make_member(organization, "Administrator", "keeper", is_staff=True)


@pytest.fixture
def upload(person, organization):
    return make_upload(person, organization, title="Before", description="Old")


@pytest.fixture
def asked(page, person, live_server):
    """Questions that the browser asked; each is answered with staying."""
    page.set_default_timeout(15_000)
    enter(page, live_server, person)
    found = []
    page.on("dialog", lambda question: (found.append(question.type), question.dismiss()))
    return found


def leave(page):
    page.evaluate("() => { location.href = '/admin/' }")
    page.wait_for_timeout(300)


def page_of(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


# FA-A5
@pytest.mark.parametrize("kind", ["upload", "content", "user", "add a tag", "add an upload"])
def test_leaving_a_form_with_typed_text_asks(kind, upload, person, organization, page, asked):
    path, label = {
        "upload": (page_of(upload), "Title"),
        "content": (page_of(make_content(person, organization)), "Title"),
        "user": (page_of(person), "Display name"),
        "add a tag": ("/admin/uploads/tag/add/", "Name"),
        "add an upload": ("/admin/uploads/upload/add/", "Title"),
    }[kind]
    page.goto(path)
    page.get_by_label(label, exact=False).first.press_sequentially("x")
    leave(page)
    assert asked == ["beforeunload"]
    assert page.url.endswith(path)


# FA-A5
def test_leaving_the_preferences_with_another_time_zone_asks(page, asked):
    page.goto("/admin/preferences/")
    page.locator("select[name=time_zone]").focus()
    page.keyboard.type("Pac")
    leave(page)
    assert asked == ["beforeunload"]


# FA-A5
def test_leaving_a_form_that_is_as_it_was_asks_nothing(upload, page, asked):
    page.goto(page_of(upload))
    title = page.get_by_label("Title")
    title.press_sequentially("x")
    title.press("Backspace")
    leave(page)
    page.wait_for_url("**/admin/")
    assert asked == []


# FA-A5
def test_choosing_in_a_select_of_the_theme_and_adding_a_row_are_edits(person, organization, page, asked):
    content = make_content(person, organization, category=make_category(organization, "Sea"))
    make_category(organization, "Sky")
    page.goto(page_of(content))
    page.locator("#id_category + .select2").click()
    page.get_by_role("option", name="Sky").click()
    leave(page)
    assert asked == ["beforeunload"]


# FA-A5
def test_saving_asks_nothing(upload, page, asked):
    page.goto(page_of(upload))
    page.get_by_label("Title").fill("After")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/uploads/upload/**")
    expect(page.locator("body")).to_contain_text("changed successfully")
    assert asked == []
    assert Upload.objects.get().title == "After"


# FA-A4, FA-A5
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_two_tabs_save_one_form_and_neither_loses_anything(width, scheme, upload, page, asked):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(page_of(upload))
    second = page.context.new_page()
    second.goto(page_of(upload))
    second.get_by_label("Title").fill("From the second tab")
    second.get_by_label("Description").fill("Their text")
    second.get_by_role("button", name="Save", exact=True).click()
    second.wait_for_url("**/admin/uploads/upload/")
    page.get_by_label("Title").fill("From the first tab")
    page.get_by_role("button", name="Save", exact=True).click()
    late = page.get_by_role("region", name="keeper changed this while you had it open")
    expect(late).to_contain_text("From the second tab")
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert serious_findings(page) == []
    expect(page.get_by_label("Title")).to_have_value("From the first tab")
    expect(page.get_by_label("Description")).to_have_value("Their text")
    leave(page)  # what is shown again is not saved
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/uploads/upload/")
    upload.refresh_from_db()
    assert (upload.title, upload.description) == ("From the first tab", "Their text")
