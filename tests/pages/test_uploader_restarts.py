"""Uploads in a real Chromium against the real server process, which goes down and comes back meanwhile."""

import re

import pytest

from tests.uploader import LIST, choose_files, drop_files, film, noise, sign_in
from tests.web_server import Served, served
from tests.worker.installation import wait_until

pytestmark = pytest.mark.browser

MIB = 1024**2
UNLIMITED = -1
PEOPLE = """
from tests.factories import make_member, make_organization
make_member(make_organization("home", is_default=True), "Administrator", "keeper", is_staff=True)
"""


class Installed:
    """A server that can be restarted on its port, and what its database says."""

    def __init__(self, server: Served):
        self.server = server
        made = server.installation.manage("shell", "-v0", "-c", PEOPLE)
        assert made.wait() == 0, (server.installation.folder / "log").read_text()

    def stop(self) -> None:
        self.server.worker.kill()
        self.server.process.kill()
        self.server.process.wait()

    def start(self) -> None:
        self.server = Served(self.server.installation, self.server.port)

    def uploads(self) -> list[tuple]:
        return self.server.installation.rows("SELECT original_filename, size FROM uploads_upload")

    def sessions(self, state: str) -> int:
        ((count,),) = self.server.installation.rows("SELECT count(*) FROM uploads_uploadsession WHERE state = ?", state)
        return count


@pytest.fixture
def installed(tmp_path):
    with served(tmp_path, DEBUG="0") as server:
        yield Installed(server)


@pytest.fixture
def page(installed, new_context):
    """Signed in on the page of files."""
    page = new_context(base_url=f"http://127.0.0.1:{installed.server.port}").new_page()
    sign_in(page, "keeper")
    page.goto(LIST)
    return page


@pytest.fixture
def limit(page):
    """A function that sets how many bytes a second leave the browser, so that there is time to look."""
    session = page.context.new_cdp_session(page)

    def limit_to(bytes_per_second: int) -> None:
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
        session.send("Network.emulateNetworkConditions", conditions)

    return limit_to


def state_of(page, name):
    """Uppy's own word about a file: whether it is paused, and whether it is done."""
    find = "(name) => window.libraryUploader.getFiles().find((file) => file.name === name)"
    return page.evaluate(
        f"(name) => {{ const file = ({find})(name); return file && [Boolean(file.isPaused), "
        "file.progress.uploadComplete] }",
        name,
    )


def item(page, name):
    return page.locator(".uppy-Dashboard-Item").filter(has_text=name)


def test_a_hundred_pictures_survive_a_pause_a_cancellation_and_a_restart_of_the_server(installed, page, limit):
    names = [f"picture {number:03}.png" for number in range(100)]
    content = noise(832)  # 2 MB
    limit(2 * MIB)
    drop_files(page, content, names)
    page.get_by_role("button", name="Upload 100 files").click()
    item(page, "picture 010.png").get_by_role("button", name="Pause upload").click()
    item(page, "picture 011.png").get_by_role("button", name="Remove file").click()
    limit(20 * MIB)
    wait_until(lambda: len(installed.uploads()) > 15)

    installed.stop()
    assert len(installed.uploads()) < 100
    page.wait_for_timeout(1500)
    installed.start()
    limit(UNLIMITED)

    wait_until(lambda: len(installed.uploads()) == 98, patience=120)
    assert state_of(page, "picture 010.png") == [True, False]
    item(page, "picture 010.png").get_by_role("button", name="Resume upload").click()
    drop_files(page, content, ["picture 011.png"], target=".uppy-Dashboard-AddFiles, .uppy-Dashboard-inner")
    page.get_by_role("button", name=re.compile(r"Upload \+?1 file")).click()
    wait_until(lambda: len(installed.uploads()) == 100, patience=60)
    assert sorted(installed.uploads()) == [(name, len(content)) for name in names]
    wait_until(lambda: installed.sessions("open") == 0)
    page.get_by_text("Upload complete").wait_for()
    page.goto(f"{LIST}?view=grid&ordering=original_filename")
    wait_until(lambda: _cards_at_the_end(page) == names)  # as many cards as pictures, none lost, none twice


def _cards_at_the_end(page):
    """The names on the cards that are there, after scrolling to the end of the list, which may bring more."""
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    return page.locator(".file").evaluate_all("all => all.map(card => card.dataset.name)")


def test_a_large_file_goes_on_after_a_reload_of_the_page_and_a_restart_of_the_server(installed, page, limit, tmp_path):
    sent_film = film(tmp_path / "film.mp4", 110 * MIB)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/storage/" in request.url else None)
    limit(10 * MIB)
    page.locator("[data-upload-open]").first.click()
    choose_files(page, sent_film)
    page.get_by_role("button", name="Upload 1 file").click()
    wait_until(lambda: page.evaluate("() => window.libraryUploader.getFiles()[0].progress.bytesUploaded") > 40 * MIB)

    installed.stop()
    page.wait_for_timeout(300)
    installed.start()
    before = len(sent)
    page.reload()
    limit(UNLIMITED)
    page.get_by_role("button", name="An upload of 1 file was interrupted").click()
    page.get_by_role("button", name="Resume upload").or_(page.get_by_role("button", name="Upload 1 file")).first.click()
    wait_until(lambda: installed.uploads() == [("film.mp4", 110 * MIB)])
    assert len(sent) - before < 7  # of 7 parts in all: what was stored was not sent again
    assert installed.sessions("completed") == 1
    assert installed.sessions("open") == 0
