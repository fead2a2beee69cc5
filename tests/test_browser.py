"""The media browser in a real Chromium, on files that were really uploaded."""

import io
import re
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from permissions.services import add_member
from tests import media
from tests.axe import serious_findings
from tests.factories import PASSWORD, client_for, make_member, make_organization, make_upload
from tests.jobs import run_pending_jobs
from tests.uploading import jpeg, uploaded
from uploads.models import Upload
from uploads.services.usages import record_usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BROWSER = "/admin/uploads/upload/"
NAMES = ["Harbour", "Meadow", "Night", "Orchard", "Valley"]


@pytest.fixture
def organization():
    return make_organization("house", name="House", is_default=True)


@pytest.fixture
def person(organization):
    return make_member(organization, "Administrator", "keeper", is_staff=True)


@pytest.fixture
def files(person, organization):
    """Five pictures with their renditions, uploaded the way a client does it; the first is the oldest."""
    api = client_for(person)
    for number, name in enumerate(NAMES):
        details = {"title": name, "tags": ["spring"] if number % 2 else ["autumn"], "visibility": "PUBLIC"}
        uploaded(api, jpeg((400 + number, 300)), details=details, filename=f"{name.lower()}.jpg")
    run_pending_jobs()
    return {upload.title: upload for upload in Upload.objects.all()}


@pytest.fixture
def page(page, person):
    page.set_default_timeout(15_000)
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("keeper")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return page


def _cards(page):
    return page.locator(".file")


def _card(page, name):
    return page.locator(f'.file[data-name="{name}"]')


def _dialog(page):
    return page.locator("#form-dialog")


def _preview(page, name):
    _card(page, name).locator("a[data-action=preview]").click()
    expect(page.locator("#preview-dialog [data-buttons]")).to_contain_text("Download")


def _choose(page, *names):
    for name in names:
        _card(page, name).hover()
        _card(page, name).locator(".file-check").check()


def _names(page):
    return _cards(page).evaluate_all("cards => cards.map(card => card.dataset.name)")


# Finding


def test_cards_show_what_people_ask_first(files, page):
    page.goto(BROWSER)
    assert _names(page) == NAMES[::-1]
    card = _card(page, "Harbour")
    expect(card).to_contain_text("Public")
    expect(card).to_contain_text("ago")
    expect(card.locator(".file-name")).to_have_attribute("title", "Harbour")
    assert card.locator("img").evaluate("async image => { await image.decode(); return image.naturalWidth }") == 320


def test_searching_as_one_types_starts_with_a_slash_and_goes_into_the_address(files, page):
    page.goto(BROWSER)
    page.keyboard.press("/")
    page.keyboard.type("mead")
    expect(_cards(page)).to_have_count(1)
    assert "search=mead" in page.url
    page.reload()
    expect(_cards(page)).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("mead")


def test_filters_become_chips_counts_and_steps_of_the_history(files, page):
    page.goto(BROWSER)
    spring = page.locator("label.choice", has_text="spring")
    expect(spring).to_contain_text("2")
    spring.locator("input").check()
    expect(_cards(page)).to_have_count(2)
    expect(page.locator(".chip")).to_have_text(re.compile("Tag: spring"))
    page.go_back()
    expect(_cards(page)).to_have_count(5)
    expect(page.locator("label.choice", has_text="spring").locator("input")).not_to_be_checked()
    page.go_forward()
    page.locator(".chip").click()
    expect(_cards(page)).to_have_count(5)


def test_sorting_by_select_and_by_heading_in_both_directions(files, page):
    page.goto(BROWSER)
    page.get_by_label("Sort by").select_option("original_filename")
    expect(_cards(page).first).to_have_attribute("data-name", "Harbour")
    page.get_by_role("button", name="List").click()
    heading = page.locator("th", has_text="Name")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert _names(page) == sorted(NAMES, reverse=True)


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
        expect(_cards(page)).to_have_count(shown)
    place = page.evaluate("() => scrollY")
    page.goto("/admin/")
    page.go_back()
    expect(_cards(page)).to_have_count(130)
    page.wait_for_function("place => Math.abs(scrollY - place) < 300", arg=place)


def test_without_scripts_the_next_page_is_a_link(person, organization, new_context, live_server, page):
    for _ in range(50):
        make_upload(person, organization)
    plain = new_context(base_url=live_server.url, java_script_enabled=False, storage_state=page.context.storage_state())
    other = plain.new_page()
    other.goto(BROWSER)
    other.get_by_role("link", name="Load more").click()
    expect(other.locator(".file")).to_have_count(2)


# Looking


def test_the_preview_shows_the_picture_and_arrows_lead_to_its_neighbours(files, page):
    page.goto(BROWSER)
    _preview(page, "Orchard")
    stage = page.locator("#preview-dialog [data-stage] img")
    assert stage.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 403
    assert page.url.endswith(f"#{files['Orchard'].pk}")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#preview-name")).to_have_text("Night")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#preview-name")).to_have_text("Valley")
    page.keyboard.press("Escape")
    expect(_card(page, "Valley").locator("a[data-action=preview]")).to_be_focused()


def test_a_preview_has_an_address(files, page):
    page.goto(f"{BROWSER}#{files['Meadow'].pk}")
    expect(page.locator("#preview-name")).to_have_text("Meadow")


def test_the_preview_tells_where_a_file_is_used_and_why_one_may_do_what(files, page):
    record_usage(upload_id=files["Night"].pk, entity_type="page", entity_id="7", label="The front page", url="/front/")
    page.goto(BROWSER)
    _preview(page, "Night")
    side = page.locator("#preview-dialog [data-side]")
    expect(side.get_by_role("link", name="The front page")).to_have_attribute("href", "/front/")
    for panel, text in (("Access", "view"), ("Activity", "Uploaded"), ("Versions", "No earlier version")):
        side.locator("summary", has_text=panel).click()
        expect(side.locator("details", has=page.locator("summary", has_text=panel))).to_contain_text(text)


def test_a_video_plays_a_sound_sounds_and_a_document_shows_its_first_page(person, tmp_path, page):
    api = client_for(person)
    film = media.video(tmp_path / "film.mp4")
    kinds = {
        "film.mp4": (film, "VIDEO", "video/mp4"),
        "sound.wav": (media.sound(), "AUDIO", "audio/wav"),
        "paper.pdf": (media.pdf(), "DOCUMENT", "application/pdf"),
    }
    for name, (data, kind, mime_type) in kinds.items():
        uploaded(api, data, type=kind, filename=name, content_type=mime_type)
    run_pending_jobs()
    page.goto(BROWSER)
    for name, tag in (("film.mp4", "video"), ("sound.wav", "audio")):
        _preview(page, name)
        page.wait_for_function(f"() => document.querySelector('#preview-dialog {tag}')?.duration > 0")
        page.keyboard.press("Escape")
        expect(page.locator(f"#preview-dialog {tag}")).to_have_count(0)
    _preview(page, "paper.pdf")
    first = page.locator("#preview-dialog .stage-page img")
    assert first.evaluate("async image => { await image.decode(); return image.naturalHeight > 0 }")
    expect(page.get_by_role("link", name="Open the document")).to_be_visible()


# Changing


def test_a_file_is_edited_without_leaving_the_page(files, organization, page):
    page.goto(BROWSER)
    _card(page, "Harbour").hover()
    page.get_by_role("button", name="Edit Harbour").click()
    dialog = _dialog(page)
    expect(dialog.get_by_role("group", name="Allowed roles")).to_be_hidden()
    dialog.get_by_label("Title").fill("Old harbour")
    tags = dialog.get_by_role("combobox", name="Tags")
    tags.fill("spr")
    expect(dialog.locator("datalist option")).to_have_attribute("value", "spring")
    tags.fill("sea")
    tags.press("Enter")
    dialog.get_by_role("button", name="Remove the tag autumn").click()
    dialog.get_by_label("Visibility").select_option("ROLE_BASED")
    dialog.get_by_label("Creator").check()
    dialog.get_by_role("button", name="Save").click()
    expect(_card(page, "Old harbour")).to_contain_text("Role based")
    upload = files["Harbour"]
    upload.refresh_from_db()
    assert [tag.name for tag in upload.tags.all()] == ["sea"]
    assert upload.group_perms.get().group_id == organization.roles.get(name="Creator").group_id


def test_errors_of_the_server_stand_at_their_field(files, page):
    page.goto(BROWSER)
    _card(page, "Harbour").hover()
    page.get_by_role("button", name="Edit Harbour").click()
    title = _dialog(page).get_by_label("Title")
    title.evaluate("field => field.removeAttribute('maxlength')")
    title.fill("x" * 201)
    _dialog(page).get_by_role("button", name="Save").click()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(_dialog(page).locator("[data-field=title] .field-error")).to_contain_text("200")


def test_a_change_of_somebody_else_meanwhile_is_not_overwritten(files, person, page):
    page.goto(BROWSER)
    _card(page, "Harbour").hover()
    page.get_by_role("button", name="Edit Harbour").click()
    expect(_dialog(page).get_by_label("Title")).to_have_value("Harbour")
    client_for(person).patch(f"/api/v1/uploads/{files['Harbour'].pk}/", {"title": "Changed"})
    _dialog(page).get_by_label("Title").fill("Mine")
    _dialog(page).get_by_role("button", name="Save").click()
    expect(_dialog(page).get_by_role("alert")).to_contain_text("Somebody changed this file meanwhile")
    files["Harbour"].refresh_from_db()
    assert files["Harbour"].title == "Changed"


def test_the_address_is_copied(files, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(BROWSER)
    _card(page, "Harbour").hover()
    page.get_by_role("button", name="Copy the address of Harbour").click()
    expect(page.locator(".toast")).to_contain_text("Address copied")
    assert page.evaluate("() => navigator.clipboard.readText()").endswith(files["Harbour"].filename)


def test_a_share_link_is_made_and_revoked(files, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(BROWSER)
    _preview(page, "Harbour")
    page.locator("[data-do=share]").click()
    _dialog(page).get_by_role("button", name="Make and copy the link").click()
    expect(page.locator(".toast", has_text="Address copied")).to_be_visible()
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert page.request.get(link).status == 200
    page.locator("#preview-dialog summary", has_text="Share links").click()
    page.locator("#preview-dialog").get_by_role("button", name="Revoke").click()
    expect(page.locator(".toast", has_text="opens nothing any more")).to_be_visible()
    assert page.request.get(link).status == 403


def test_a_file_is_replaced_and_its_earlier_bytes_brought_back(files, page):
    page.goto(BROWSER)
    _preview(page, "Harbour")
    with page.expect_file_chooser() as chooser:
        page.locator("[data-do=replace]").click()
    chooser.value.set_files({"name": "new.jpg", "mimeType": "image/jpeg", "buffer": jpeg((90, 60))})
    side = page.locator("#preview-dialog [data-side]")
    expect(side).to_contain_text(re.compile("90 . 60"))
    side.locator("summary", has_text="Versions").click()
    side.get_by_role("button", name="Bring version 1 back").click()
    expect(side).to_contain_text(re.compile("400 . 300"))


def test_deleting_one_file_can_be_undone(files, page):
    page.goto(BROWSER)
    _card(page, "Night").hover()
    page.get_by_role("button", name="Delete Night").click()
    _dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(_card(page, "Night")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(_card(page, "Night")).to_have_count(1)


def test_whoever_thinks_better_of_it_deletes_nothing(files, page):
    page.goto(BROWSER)
    _card(page, "Night").hover()
    page.get_by_role("button", name="Delete Night").click()
    page.keyboard.press("Escape")
    expect(_dialog(page)).to_be_hidden()
    assert Upload.objects.count() == 5


def test_what_is_in_use_is_named_before_it_is_deleted(files, page):
    record_usage(upload_id=files["Night"].pk, entity_type="page", entity_id="7", label="The front page")
    page.goto(BROWSER)
    _card(page, "Night").hover()
    page.get_by_role("button", name="Delete Night").click()
    expect(_dialog(page)).to_contain_text("The front page")
    _dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".toast")).to_contain_text("kept: in use")
    assert Upload.objects.filter(pk=files["Night"].pk).exists()


# Many at once


def test_a_range_is_chosen_with_shift(files, page):
    page.goto(BROWSER)
    _choose(page, "Valley")
    _card(page, "Night").locator("a[data-action=preview]").click(modifiers=["Shift"])
    expect(page.locator("#browser-bulk")).to_contain_text("3 files selected")
    page.keyboard.press("Escape")
    expect(page.locator("#browser-bulk")).to_be_hidden()


def test_several_files_are_deleted_and_those_in_use_named_and_kept(files, page):
    record_usage(upload_id=files["Night"].pk, entity_type="page", entity_id="7")
    page.goto(BROWSER)
    _choose(page, "Harbour", "Meadow", "Night")
    page.locator("[data-bulk=delete]").click()
    expect(_dialog(page)).to_contain_text("Delete 3 files?")
    expect(_dialog(page).locator(".note")).to_contain_text("Night")
    _dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(_cards(page)).to_have_count(3)
    assert set(Upload.objects.values_list("title", flat=True)) == {"Night", "Orchard", "Valley"}


def test_visibility_and_tags_of_several_files_change(files, page):
    page.goto(BROWSER)
    _choose(page, "Harbour", "Meadow")
    page.locator("[data-bulk=visibility]").click()
    _dialog(page).get_by_label("Visibility").select_option("PRIVATE")
    _dialog(page).get_by_role("button", name="Change").click()
    expect(page.locator(".badge.PRIVATE")).to_have_count(2)
    _choose(page, "Harbour", "Meadow")
    page.locator("[data-bulk=tags]").click()
    _dialog(page).get_by_role("combobox", name="Add to all").fill("fresh")
    _dialog(page).get_by_role("combobox", name="Take off all").fill("autumn")
    _dialog(page).get_by_role("button", name="Change").click()
    expect(page.locator(".toast", has_text="Tags changed")).to_be_visible()
    assert {tag.name for tag in files["Harbour"].tags.all()} == {"fresh"}
    assert {tag.name for tag in files["Meadow"].tags.all()} == {"fresh", "spring"}


def test_all_that_match_are_more_than_the_page(person, organization, page):
    for number in range(60):
        make_upload(person, organization, title=f"Heap {number}")
    make_upload(person, organization, title="Another")
    page.goto(f"{BROWSER}?search=heap")
    page.locator(".file-check").first.check(force=True)
    page.locator("[data-bulk=page]").click()
    page.locator("[data-bulk=all]").click()
    expect(page.locator("#browser-bulk")).to_contain_text("All 60 files that match")
    page.locator("[data-bulk=delete]").click()
    _dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".browser-nothing")).to_contain_text("No file matches")
    assert Upload.objects.get().title == "Another"


def test_several_files_are_downloaded_as_one_zip(files, page):
    page.goto(BROWSER)
    _choose(page, "Harbour", "Meadow")
    with page.expect_download() as download:
        page.locator("[data-bulk=zip]").click()
    archive = ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert sorted(archive.namelist()) == ["harbour.jpg", "meadow.jpg"]
    assert archive.testzip() is None


# For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_serious_on_the_page_and_in_its_dialogs(width, scheme, files, page, live_server):
    elsewhere, errors = [], []
    page.on("request", lambda request: elsewhere.append(request.url) if not _is_ours(request, live_server) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for view in ("grid", "list"):
        page.goto(f"{BROWSER}?view={view}&visibility=PUBLIC")
        expect(page.locator("label.choice", has_text="spring").locator(".count")).to_have_text("2")
        assert serious_findings(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    _preview(page, "Harbour")
    page.locator("#preview-dialog summary", has_text="Access").click()
    assert serious_findings(page, "#preview-dialog") == []
    page.locator("[data-do=edit]").click()
    _dialog(page).get_by_label("Visibility").select_option("ROLE_BASED")
    expect(_dialog(page).get_by_label("Creator")).to_be_visible()
    assert serious_findings(page, "#form-dialog") == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator(".file-check").first.check(force=True)
    assert serious_findings(page, "#browser-bulk") == []
    assert (elsewhere, errors) == ([], [])


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


def test_an_empty_library_offers_to_upload_and_a_look_only_account_does_not(
    page, organization, new_context, live_server
):
    page.goto(BROWSER)
    expect(page.locator(".browser-nothing")).to_contain_text("No files yet")
    page.locator(".browser-nothing [data-upload-open]").click()
    expect(page.locator("#uploader")).to_be_visible()


def test_a_server_that_does_not_answer_is_said_and_tried_again(files, page):
    page.goto(BROWSER)
    page.route("**/browse/results/**", lambda route: route.abort())
    page.get_by_label("Sort by").select_option("size")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/browse/results/**")
    page.get_by_role("button", name="Try again").click()
    expect(_cards(page)).to_have_count(5)


def test_somebody_who_acts_everywhere_edits_in_the_organization_of_the_file(
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
    _card(page, "Elsewhere").hover()
    page.get_by_role("button", name="Edit Elsewhere").click()
    _dialog(page).get_by_label("Title").fill("Reached")
    _dialog(page).get_by_role("button", name="Save").click()
    expect(_card(page, "Reached")).to_be_visible()
    upload.refresh_from_db()
    assert upload.title == "Reached"
