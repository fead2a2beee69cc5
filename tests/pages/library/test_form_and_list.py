"""The resource library's form and list in the admin in a real Chromium."""

import pytest
from playwright.sync_api import expect

from resources.models import LibraryResource
from tests.axe import serious_findings
from tests.factories import client_for, make_library_resource, make_user
from tests.jobs import run_pending_jobs
from tests.library import created
from tests.pages.library.actions import ADD, LIST, card, choose, save, sent, shown_fields
from tests.uploader import sign_in
from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_each_type_asks_for_its_own_fields_and_no_others(page):
    page.goto(ADD)
    for kind, fields in (("garment", ["category"]), ("model", ["gender", "age_group"]), ("scene", ["environment"])):
        page.locator("select[name=type]").select_option(kind)
        assert shown_fields(page) == fields
        assert page.locator("input[required]:visible").count() == len(fields) + 1  # and the name
    page.get_by_label("Name").fill("Loft")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.locator("[name=environment]").evaluate("(field) => field.matches(':invalid')")
    assert page.url.endswith(ADD)


def test_a_superuser_says_first_whose_library_it_is(organization, page, context):
    make_user("root", is_staff=True, is_superuser=True)
    context.clear_cookies()
    sign_in(page, "root")
    page.goto(ADD)
    choose(page, "original", "a.png")
    expect(card(page, "a.png")).to_contain_text("Choose the organization first")
    page.locator("select[name=organization]").select_option(str(organization.pk), force=True)
    page.get_by_role("button", name="Try a.png again").click()
    sent(page, "a.png")
    page.get_by_label("Name").fill("Parka")
    page.get_by_label("Category").fill("jackets")
    save(page)
    assert LibraryResource.objects.get().organization == organization


def test_the_list_is_filtered_by_type_and_attributes_and_acts_on_what_is_chosen(page, keeper, organization):
    for name, environment in (("Loft", "indoor"), ("Beach", "outdoor"), ("Pier", "outdoor")):
        make_library_resource(keeper, organization, name=name, environment=environment)
    created(client_for(keeper))
    page.goto(f"{LIST}?type__exact=scene&environment=outdoor")
    names = page.locator("#result_list tbody th a")
    expect(names).to_have_text(["Pier", "Beach"])
    for action, status in (("archive", "Archived"), ("activate", "Active")):
        page.locator("#result_list input.action-select").first.check()
        page.locator("select[name=action]").select_option(action)
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#result_list tbody tr").first).to_contain_text(status)
    page.locator("#result_list input.action-select").first.check()
    page.locator("select[name=action]").select_option("delete_selected")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Yes").click()
    expect(names).to_have_text(["Beach"])
    assert Upload.everything.trashed().count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_form_and_list_have_no_serious_finding_for_assistive_technology(page, saved, width, scheme):
    run_pending_jobs("make_renditions")
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.reload()
    choose(page, "gallery", "new.png")
    choose(page, "thumbnail", "wrong.gif", content=b"GIF89a")
    sent(page, "new.png")
    page.get_by_role("button", name="Remove a.png").click()
    assert serious_findings(page, "main") == []
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.goto(LIST)
    assert page.locator("#result_list .thumbnail img").evaluate("(image) => image.naturalWidth") > 0
    assert serious_findings(page, "main") == []
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
