"""The queue of the uploader in several tabs of one browser, and after reloads, in a real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.browser import enter
from tests.factories import make_member
from tests.uploader import LIST, choose_files, noise, picture
from tests.worker.installation import wait_until
from uploads.models import Upload, UploadSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = "() => window.libraryUploader?.getFiles().map((file) => file.name).sort()"
WRITTEN = """async (count) => {
    const request = indexedDB.open('library-uploads', 1)
    await new Promise((resolve) => { request.onsuccess = resolve })
    const store = request.result.transaction('entries').objectStore('entries').count()
    await new Promise((resolve) => { store.onsuccess = resolve })
    request.result.close()
    return store.result === count
}"""
WITHOUT_LOCKS = "Object.defineProperty(navigator, 'locks', { value: undefined })"


@pytest.fixture(params=["with locks", "without locks"])
def tab(request, new_context, organization, live_server):
    """A function that opens the page of files in another tab; pages without TLS have no locks."""
    context = new_context(base_url=live_server.url)
    if request.param == "without locks":
        context.add_init_script(WITHOUT_LOCKS)

    def open_tab():
        page = context.new_page()
        page.set_default_timeout(20_000)
        if not context.cookies():
            enter(page, live_server, make_member(organization, "Administrator", "keeper", is_staff=True))
        page.goto(LIST)
        page.wait_for_function("() => window.libraryUploader")
        return page

    return open_tab


def add(page, *names):
    page.locator("[data-upload-open]").first.click()
    choose_files(page, [picture(name) for name in names])
    page.get_by_role("button", name=f"Upload {len(names)} file").wait_for()
    wait_until(lambda: page.evaluate(WRITTEN, len(names)))


def interrupted(page, count):
    return page.get_by_role("button", name=f"An upload of {count} file")


def settled(page):
    """Wait for as long as a page takes to look for what others left."""
    page.wait_for_timeout(1200)
    return page.evaluate(NAMES)


# FA-A6
def test_files_that_wait_in_one_tab_are_not_offered_in_another(tab):
    first, second = tab(), None
    add(first, "a.png", "b.png")
    second = tab()
    assert settled(second) == []
    second.reload()
    assert settled(second) == []
    first.get_by_role("button", name="Upload 2 files").click()
    wait_until(lambda: Upload.objects.count() == 2)
    expect(first.get_by_text("Upload complete")).to_be_visible()
    assert UploadSession.objects.count() == 2


# FA-A6
def test_a_reload_takes_the_files_of_its_own_tab_back(tab):
    first, second = tab(), tab()
    add(first, "a.png")
    first.reload()
    interrupted(first, 1).click()
    first.get_by_role("button", name="Upload 1 file").click()
    wait_until(lambda: Upload.objects.count() == 1)
    assert settled(second) == []
    wait_until(lambda: first.evaluate(WRITTEN, 0))


# FA-A6
def test_what_a_closed_tab_leaves_is_offered_once(tab):
    first = tab()
    add(first, "a.png", "b.png")
    first.close()
    pages = [tab(), tab()]
    pages[0].wait_for_function("() => window.libraryUploader.getFiles().length === 2")
    assert settled(pages[1]) == []
    for page in pages:
        page.reload()
    found = [settled(page) for page in pages]
    assert sorted(name for names in found for name in names) == ["a.png", "b.png"]


# FA-A6
def test_the_key_that_makes_an_upload_once_is_there_before_it_is_sent(tab):
    page = tab()
    add(page, "a.png")
    key = "() => window.libraryUploader.getFiles()[0].uploadKey"
    before = page.evaluate(key)
    page.reload()
    interrupted(page, 1).wait_for()
    assert len(before) > 16 and page.evaluate(key) == before


# FA-A6
def test_a_file_that_is_refused_for_good_does_not_come_back(tab):
    page = tab()
    page.locator("[data-upload-open]").first.click()
    choose_files(page, [picture("lie.png", b"no picture at all"), picture("true.png")])
    page.get_by_role("button", name="Upload 2 files").click()
    page.get_by_text("What is in the file is not what its name says").first.wait_for()
    wait_until(lambda: Upload.objects.count() == 1 and page.evaluate(WRITTEN, 0))
    page.reload()
    assert settled(page) == []
    assert not UploadSession.objects.filter(state="open").exists()


# FA-A6
@pytest.mark.parametrize("change", ["written to", "removed"])
def test_a_file_that_changes_on_disk_after_it_was_chosen_is_told_at_once(tab, tmp_path, change):
    page = tab()
    film = tmp_path / "film.png"
    film.write_bytes(noise(100))
    page.locator("[data-upload-open]").first.click()
    choose_files(page, film)
    page.get_by_role("button", name="Upload 1 file").wait_for()
    if change == "removed":
        film.unlink()
    else:
        film.write_bytes(noise(120))
    page.get_by_role("button", name="Upload 1 file").click()
    page.get_by_text("This file has changed or is gone since it was chosen.").first.wait_for(timeout=5000)
    assert not UploadSession.objects.filter(state="open").exists()
    wait_until(lambda: page.evaluate(WRITTEN, 0))


# FA-A7
def test_the_browser_asks_before_a_page_is_left_that_is_sending(tab):
    page = tab()
    add(page, "a.png")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.route("**/upload-sessions/", lambda route: None)  # never answered
    page.get_by_role("button", name="Upload 1 file").click()
    page.wait_for_timeout(300)
    page.reload()
    assert asked == ["beforeunload"]
    interrupted(page, 1).wait_for()
    page.reload()
    assert asked == ["beforeunload"]  # nothing is under way any more
