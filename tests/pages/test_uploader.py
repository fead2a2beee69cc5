"""The uploader of the admin in a real Chromium, as people meet it."""

import pytest
from playwright.sync_api import expect

from permissions.choices import Permission
from tests.browser import enter
from tests.factories import make_member, make_organization, make_role, make_user
from tests.uploader import (
    AXE,
    LIST,
    choose_files,
    drop_files,
    noise,
    paste_file,
    picture,
    serious_findings,
    sign_in,
)
from tests.worker.installation import wait_until
from uploads.models import Upload, UploadSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def uploader(organization, page, live_server):
    """The page of files, signed in, with the uploader open."""
    enter(page, live_server, make_member(organization, "Administrator", "keeper", is_staff=True))
    page.goto(LIST)
    return page


def open_uploader(page):
    page.locator("[data-upload-open]").first.click()
    page.locator("#uploader[open]").wait_for()


def uploaded(count):
    return wait_until(lambda: Upload.objects.count() == count and list(Upload.objects.order_by("original_filename")))


def send(page, count):
    page.get_by_role("button", name=f"Upload {count} file").click()


def test_files_are_picked_and_end_in_the_library_as_what_they_are(uploader):
    open_uploader(uploader)
    note = {"name": "note.csv", "mimeType": "application/vnd.ms-excel", "buffer": b"a,b\n1,2\n"}
    choose_files(uploader, [picture("a.png"), note])
    send(uploader, 2)
    first, second = uploaded(2)
    assert (first.original_filename, first.type, first.visibility) == ("a.png", "IMAGE", "PRIVATE")
    assert (second.original_filename, second.type, second.mime_type) == ("note.csv", "DOCUMENT", "text/csv")


def test_type_and_visibility_are_chosen_for_all_files(uploader):
    open_uploader(uploader)
    uploader.get_by_label("Type", exact=True).select_option("EDITOR_IMAGE")
    choose_files(uploader, [picture("a.png")])
    uploader.get_by_label("Visibility", exact=True).select_option("PUBLIC")
    send(uploader, 1)
    (upload,) = uploaded(1)
    assert (upload.type, upload.visibility) == ("EDITOR_IMAGE", "PUBLIC")


def test_a_type_chosen_late_counts_for_the_files_that_are_there(uploader):
    open_uploader(uploader)
    choose_files(uploader, [picture("a.png"), {"name": "b.csv", "mimeType": "text/csv", "buffer": b"a,b\n"}])
    uploader.get_by_label("Type", exact=True).select_option("AVATAR")
    uploader.get_by_text("“b.csv” is not accepted here").wait_for()
    send(uploader, 1)
    assert uploaded(1)[0].type == "AVATAR"


def test_files_dropped_anywhere_on_the_page_open_the_uploader(uploader):
    drop_files(uploader, noise(), ["dropped.png"])
    uploader.locator("#uploader[open]").wait_for()
    send(uploader, 1)
    assert uploaded(1)[0].original_filename == "dropped.png"
    expect(uploader.locator(".file")).to_have_attribute("data-name", "dropped.png")  # the list behind it is fresh


def test_a_pasted_picture_opens_the_uploader(uploader):
    paste_file(uploader, noise(), "pasted.png")
    uploader.locator("#uploader[open]").wait_for()
    send(uploader, 1)
    assert uploaded(1)[0].original_filename == "pasted.png"


def test_title_and_alternative_text_are_said_before_the_file_is_sent(uploader):
    open_uploader(uploader)
    choose_files(uploader, [picture("a.png")])
    uploader.get_by_role("button", name="Edit file a.png").click()
    uploader.get_by_label("Title", exact=True).fill("A harbour")
    uploader.get_by_label("Alternative text").fill("Boats at dusk")
    uploader.get_by_role("button", name="Save changes").click()
    send(uploader, 1)
    (upload,) = uploaded(1)
    assert (upload.title, upload.alt_text) == ("A harbour", "Boats at dusk")


def test_the_page_is_told_of_new_files(uploader):
    uploader.evaluate("""() => {
        window.told = []
        document.addEventListener('uploads:completed', (event) => window.told.push(...event.detail.uploads))
    }""")
    open_uploader(uploader)
    choose_files(uploader, [picture("a.png"), picture("b.png", noise(65))])
    send(uploader, 2)
    uploader.wait_for_function("() => window.told.length === 2")
    assert {one["original_filename"] for one in uploader.evaluate("() => window.told")} == {"a.png", "b.png"}


def test_refusals_are_told_in_words(uploader, organization):
    open_uploader(uploader)
    choose_files(uploader, [{"name": "a.xyz", "mimeType": "image/x-xyz", "buffer": b"<svg/>"}])
    uploader.get_by_text("“a.xyz” is not accepted here").wait_for()
    choose_files(uploader, [{"name": "empty.png", "mimeType": "image/png", "buffer": b""}])
    uploader.get_by_text("“empty.png” is empty").wait_for()
    choose_files(uploader, [picture("lie.png", b"no picture at all")])
    send(uploader, 1)
    uploader.get_by_text("What is in the file is not what its name says").first.wait_for()
    assert not Upload.objects.exists()


def test_a_full_library_is_told_in_words_and_the_file_can_be_sent_again(uploader, organization):
    organization.storage_quota = 10
    organization.save()
    open_uploader(uploader)
    choose_files(uploader, [picture("a.png")])
    send(uploader, 1)
    uploader.get_by_text("There is not enough storage left").first.wait_for()
    organization.storage_quota = None
    organization.save()
    uploader.get_by_role("button", name="Retry", exact=False).first.click()
    assert uploaded(1)[0].original_filename == "a.png"


def test_a_file_too_large_for_its_type_is_refused_before_it_is_sent(uploader):
    open_uploader(uploader)
    uploader.get_by_label("Type", exact=True).select_option("AVATAR")
    choose_files(uploader, [picture("large.png", noise(1400))])
    uploader.get_by_text("the limit for Avatar files is 5 MB").wait_for()
    assert not UploadSession.objects.exists()


def test_the_uploader_works_with_the_keyboard_and_gives_the_focus_back(uploader):
    button = uploader.locator("[data-upload-open]").first
    button.focus()
    button.press("Enter")
    uploader.locator("#uploader[open]").wait_for()
    for _ in range(12):
        uploader.keyboard.press("Tab")
        assert uploader.evaluate(
            "() => !document.hasFocus() || document.activeElement === document.body || "
            "Boolean(document.activeElement.closest('#uploader'))"
        )
    uploader.keyboard.press("Escape")
    assert not uploader.locator("#uploader").evaluate("(dialog) => dialog.open")
    assert button.evaluate("(button) => document.activeElement === button")


@pytest.mark.skipif(not AXE.exists(), reason="npm is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_uploader_has_no_serious_finding_for_assistive_technology(uploader, width, scheme):
    uploader.set_viewport_size({"width": width, "height": 844})
    uploader.emulate_media(color_scheme=scheme)
    open_uploader(uploader)
    assert serious_findings(uploader, "#uploader") == []
    choose_files(uploader, [picture("a.png"), picture("lie.png", b"no picture at all")])
    assert serious_findings(uploader, "#uploader") == []
    send(uploader, 2)
    uploader.get_by_text("What is in the file is not what its name says").first.wait_for()
    uploader.wait_for_timeout(600)  # the notice fades in
    assert serious_findings(uploader, "#uploader") == []
    assert uploader.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_who_may_not_upload_is_offered_nothing(organization, page):
    make_user("looker", make_role(organization, Permission.MEDIA_VIEW), is_staff=True)
    sign_in(page, "looker")
    page.goto(LIST)
    assert page.locator("#uploader").count() == 0
    assert page.locator("[data-upload-open]").count() == 0


def test_who_acts_in_all_organizations_says_where_the_files_go(organization, page):
    elsewhere = make_organization("elsewhere")
    make_user("root", is_staff=True, is_superuser=True)
    sign_in(page, "root")
    page.goto(LIST)
    open_uploader(page)
    page.get_by_label("Organization", exact=True).select_option(str(elsewhere.pk))
    choose_files(page, [picture("a.png")])
    send(page, 1)
    assert uploaded(1)[0].organization == elsewhere
