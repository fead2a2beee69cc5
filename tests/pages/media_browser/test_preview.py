"""Looking at one file: the preview."""

import re

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.factories import client_for, make_content
from tests.jobs import run_pending_jobs
from tests.pages.media_browser.actions import BROWSER, NAMES, card, dialog, preview
from tests.playback import ready_video
from tests.upload_calls import uploaded
from uploads.models import Upload
from uploads.usages.record import record_usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_preview_shows_the_picture_and_arrows_lead_to_its_neighbours(drawn, page):
    page.goto(BROWSER)
    preview(page, "Orchard")
    stage = page.locator("#preview-dialog [data-stage] img")
    assert stage.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 403
    assert page.url.endswith(f"#{drawn['Orchard'].pk}")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#preview-name")).to_have_text("Night")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#preview-name")).to_have_text("Valley")
    page.keyboard.press("Escape")
    expect(card(page, "Valley").locator("a[data-action=preview]")).to_be_focused()


def test_a_preview_has_an_address(files, page):
    page.goto(f"{BROWSER}#{files['Meadow'].pk}")
    expect(page.locator("#preview-name")).to_have_text("Meadow")


def test_the_preview_tells_where_a_file_is_used_and_why_one_may_do_what(files, page):
    record_usage(upload_id=files["Night"].pk, entity_type="page", entity_id="7", label="The front page", url="/front/")
    page.goto(BROWSER)
    preview(page, "Night")
    side = page.locator("#preview-dialog [data-side]")
    expect(side.get_by_role("link", name="The front page")).to_have_attribute("href", "/front/")
    for panel, text in (("Access", "view"), ("Activity", "Uploaded"), ("Versions", "No earlier versions")):
        side.locator("summary", has_text=panel).click()
        expect(side.locator("details", has=page.locator("summary", has_text=panel))).to_contain_text(text)


def test_a_video_plays_a_sound_sounds_and_a_document_shows_its_first_page(person, tmp_path, page):
    api = client_for(person)
    film = samples.video(tmp_path / "film.mp4")
    kinds = {
        "film.mp4": (film, "VIDEO", "video/mp4"),
        "sound.wav": (samples.sound(), "AUDIO", "audio/wav"),
        "paper.pdf": (samples.pdf(), "DOCUMENT", "application/pdf"),
    }
    for name, (data, kind, mime_type) in kinds.items():
        uploaded(api, data, type=kind, filename=name, content_type=mime_type)
    run_pending_jobs()
    page.goto(BROWSER)
    for name, tag in (("film.mp4", "video"), ("sound.wav", "audio")):
        preview(page, name)
        page.wait_for_function(f"() => document.querySelector('#preview-dialog {tag}')?.duration > 0")
        page.keyboard.press("Escape")
        expect(page.locator(f"#preview-dialog {tag}")).to_have_count(0)
    preview(page, "paper.pdf")
    first = page.locator("#preview-dialog .stage-page img")
    assert first.evaluate("async image => { await image.decode(); return image.naturalHeight > 0 }")
    expect(page.get_by_role("link", name="Open the document")).to_be_visible()


def test_a_film_that_was_made_ready_streams_in_the_preview(person, organization, page):
    item = ready_video(person, organization, title="Film")
    streamed = []
    page.on("response", lambda answer: streamed.append(answer.status) if ".m3u8" in answer.url else None)
    page.goto(BROWSER)
    preview(page, "Film")
    page.wait_for_function("() => document.querySelector('#preview-dialog video')?.src.startsWith('blob:')")
    page.evaluate(
        "() => { const film = document.querySelector('#preview-dialog video'); film.muted = true; film.play() }"
    )
    page.wait_for_function("() => document.querySelector('#preview-dialog video').currentTime > 0.3")
    assert set(streamed) == {200}
    assert item.hls_key


def test_what_may_be_done_to_a_file_is_done_from_its_preview(files, page):
    page.goto(BROWSER)
    preview(page, "Night")
    sheet = page.locator("#preview-dialog")
    with page.expect_download() as saved:
        sheet.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == "night.jpg"
    sheet.get_by_role("button", name="Edit").click()
    dialog(page).get_by_label("Title").fill("Midnight")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.locator("#preview-name")).to_have_text("Midnight")
    sheet.get_by_role("button", name="Delete").click()
    dialog(page).get_by_role("button", name="Move to the trash").click()
    expect(page.locator("#preview-name")).to_have_text("Meadow")  # the next one
    page.keyboard.press("Escape")
    expect(card(page, "Midnight")).to_have_count(0)
    assert set(Upload.objects.values_list("title", flat=True)) == {*NAMES} - {"Night"}


def test_a_place_of_use_leads_to_its_form_in_the_admin(files, organization, person, page):
    content = make_content(person, organization, title="Front page", custom_thumbnail=files["Harbour"])
    page.goto(BROWSER)
    preview(page, "Harbour")
    page.locator("#preview-dialog").get_by_role("link", name="Front page").click()
    expect(page).to_have_url(re.compile(f"/admin/media_library/content/{content.pk}/change/$"))
    expect(page.get_by_label("Title")).to_have_value("Front page")


# FA-D4
def test_a_text_is_shown_in_its_encoding(person, page):
    text = "Größe;Preis\r\nStraße;<b>12 €</b>\r\n"
    uploaded(client_for(person), text.encode("cp1252"), type="DOCUMENT", filename="prices.csv", content_type="")
    page.goto(f"{BROWSER}#{Upload.objects.get().pk}")
    expect(page.locator("#preview-dialog [data-stage] pre")).to_have_text("Größe;Preis Straße;<b>12 €</b>")
