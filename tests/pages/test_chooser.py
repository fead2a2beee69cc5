"""Choosing a file in a form, in a real Chromium: the avatar on the page of a person."""

import pytest

from resources.models import Resource
from tests.browser import enter
from tests.factories import make_content, make_member, make_organization, make_upload, make_user
from tests.uploader import AXE, noise, picture, serious_findings, sign_in
from tests.worker.installation import wait_until
from uploads.models import Upload, Usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(organization, keeper, page, live_server):
    """The page of a person."""
    person = make_member(organization, username="person")
    enter(page, live_server, keeper)
    page.goto(f"/admin/permissions/user/{person.pk}/change/")
    return page


def faces(keeper, organization, *titles):
    return [make_upload(keeper, organization, type="AVATAR", title=title, content=noise()) for title in titles]


def open_chooser(page):
    page.locator("[data-choose]").click()
    page.locator("dialog.chooser[open]").wait_for()


def chosen(page):
    return page.locator("[data-upload-chooser] [data-name]").inner_text()


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/permissions/user/")


def used():
    return list(Usage.objects.values_list("upload__title", flat=True))


def test_a_file_is_searched_chosen_saved_and_removed(form, keeper, organization):
    faces(keeper, organization, "Anna", "Berta")
    make_upload(keeper, organization, title="Anna in a picture")
    person = form.url
    open_chooser(form)
    form.locator("dialog.chooser li", has_text="Berta").wait_for()
    form.get_by_label("Search files").fill("anna")
    form.locator("dialog.chooser li", has_text="Berta").wait_for(state="detached")
    assert form.locator("dialog.chooser .chooser-name").all_inner_texts() == ["Anna"]  # of its type alone
    form.locator("dialog.chooser li button").click()
    assert chosen(form) == "Anna"
    save(form)
    assert used() == ["Anna"]

    form.goto(person)
    assert chosen(form) == "Anna"
    form.get_by_role("button", name="Remove", exact=True).click()
    save(form)
    assert used() == []


def test_a_file_is_uploaded_in_the_dialog_and_chosen_at_once(form):
    open_chooser(form)
    form.locator("dialog.chooser input[type=file]").set_input_files([picture("new face.png")])
    form.locator("dialog.chooser:not([open])").wait_for(state="attached")
    assert chosen(form) == "new face.png"
    save(form)
    upload = Upload.objects.get()
    assert (upload.type, upload.usage_count) == ("AVATAR", 1)


def test_refusals_are_told_in_the_dialog(form):
    open_chooser(form)
    script = {"name": "a.xyz", "mimeType": "image/x-xyz", "buffer": b"<svg/>"}
    form.locator("dialog.chooser input[type=file]").set_input_files([script])
    form.get_by_text("“a.xyz” is not accepted here").wait_for()
    form.locator("dialog.chooser input[type=file]").set_input_files([picture("lie.png", b"not a picture")])
    form.get_by_text("What is in the file is not what its name says").wait_for()
    assert not Upload.objects.exists()


def test_a_refusal_stays_when_the_list_comes_later(form, keeper, organization):
    faces(keeper, organization, "Anna")
    held = []
    form.route("**/api/v1/uploads/?*", lambda route: held.append(route))
    open_chooser(form)
    form.locator("dialog.chooser input[type=file]").set_input_files(
        [{"name": "a.xyz", "mimeType": "image/x-xyz", "buffer": b"<svg/>"}]
    )
    refusal = form.get_by_text("“a.xyz” is not accepted here")
    refusal.wait_for()
    held[0].continue_()
    form.locator("dialog.chooser li").wait_for()
    assert refusal.is_visible()
    form.get_by_role("searchbox", name="Search files").fill("Anna")
    refusal.wait_for(state="hidden")


def test_the_keyboard_alone_is_enough(form, keeper, organization):
    faces(keeper, organization, "Anna", "Berta", "Clara")  # shown newest first
    form.locator("[data-choose]").focus()
    form.keyboard.press("Enter")
    form.locator("dialog.chooser li").nth(2).wait_for()
    form.keyboard.press("ArrowDown")
    form.keyboard.press("ArrowRight")
    form.keyboard.press("Enter")
    assert chosen(form) == "Berta"
    assert form.evaluate("() => document.activeElement.matches('[data-choose]')")
    form.keyboard.press("Enter")
    form.keyboard.press("Escape")
    assert not form.locator("dialog.chooser").evaluate("(dialog) => dialog.open")


def test_more_than_a_page_of_files_is_shown_by_and_by(form, keeper, organization):
    faces(keeper, organization, *(f"Face {number:02}" for number in range(35)))
    open_chooser(form)
    files = form.locator("dialog.chooser li")
    wait_until(lambda: files.count() == 30)
    form.get_by_role("button", name="Show more").click()
    wait_until(lambda: files.count() == 35)
    assert not form.get_by_role("button", name="Show more").is_visible()
    assert form.evaluate("() => document.activeElement.title").startswith("Face 04 (")


@pytest.mark.skipif(not AXE.exists(), reason="npm is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_field_and_dialog_have_no_serious_finding_for_assistive_technology(form, keeper, organization, width, scheme):
    faces(keeper, organization, "Anna", "Berta")
    form.set_viewport_size({"width": width, "height": 844})
    form.emulate_media(color_scheme=scheme)
    assert serious_findings(form, ".upload-chooser") == []
    open_chooser(form)
    form.locator("dialog.chooser li").first.wait_for()
    assert serious_findings(form, "dialog.chooser") == []
    assert form.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_superuser_chooses_among_the_files_of_the_organization_of_the_form(organization, keeper, page):
    elsewhere = make_organization("elsewhere")
    make_upload(keeper, organization, title="At home", content=noise())
    make_upload(make_member(elsewhere), elsewhere, title="Elsewhere", content=noise())
    make_user("root", is_staff=True, is_superuser=True)
    sign_in(page, "root")
    page.goto("/admin/media_library/content/add/")
    open_chooser(page)
    page.get_by_text("Choose the organization of the form first").wait_for()
    page.keyboard.press("Escape")
    page.locator("select[name=organization]").select_option(str(elsewhere.pk), force=True)
    open_chooser(page)
    page.locator("dialog.chooser li button").click()  # the only one
    assert chosen(page) == "Elsewhere"
    assert page.locator("[name=custom_thumbnail]").input_value() == str(elsewhere.uploads.get().pk)


def test_the_thumbnail_of_content_is_uploaded_in_its_form_and_its_use_recorded_and_shown(organization, keeper, page):
    content = make_content(keeper, organization, title="Spring collection")
    sign_in(page, "keeper")
    page.goto(f"/admin/media_library/content/{content.pk}/change/")
    open_chooser(page)
    page.locator("dialog.chooser input[type=file]").set_input_files([picture("cover.png")])
    page.locator("dialog.chooser:not([open])").wait_for(state="attached")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/media_library/content/")
    usage = Usage.objects.get(upload__original_filename="cover.png")
    assert (usage.entity_type, usage.entity_id, usage.label) == ("content", str(content.pk), "Spring collection")
    page.goto(f"/admin/uploads/upload/#{usage.upload_id}")
    page.locator("#preview-dialog").get_by_text("Used in 1 place").wait_for()
    page.locator("#preview-dialog").get_by_text("Spring collection").wait_for()


def test_a_document_is_uploaded_or_chosen_in_its_form_and_none_becomes_two(organization, keeper, page):
    sign_in(page, "keeper")
    for refusal in (False, True):
        page.goto("/admin/resources/resource/add/")
        open_chooser(page)
        if refusal:
            page.locator("dialog.chooser li button").click()  # the only one
        else:
            table = {"name": "prices.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
            page.locator("dialog.chooser input[type=file]").set_input_files([table])
            page.locator("dialog.chooser:not([open])").wait_for(state="attached")
        page.get_by_role("button", name="Save", exact=True).click()
        if refusal:
            page.get_by_text("This file is a document already.").wait_for()
        else:
            page.wait_for_url("**/resources/resource/")
    assert Resource.objects.get().upload.original_filename == "prices.csv"


# FA-A5
def test_a_press_that_began_in_the_dialog_never_closes_it(form, keeper, organization):
    faces(keeper, organization, "Anna")
    open_chooser(form)
    search = form.get_by_label("Search files")
    search.fill("anna")
    box = search.bounding_box()
    form.mouse.move(box["x"] + 20, box["y"] + 10)
    form.mouse.down()
    form.mouse.move(3, 3, steps=4)
    form.mouse.up()
    assert search.input_value() == "anna"
    assert form.locator("dialog.chooser[open]").count() == 1
    form.mouse.click(3, 3)
    form.locator("dialog.chooser[open]").wait_for(state="detached")
