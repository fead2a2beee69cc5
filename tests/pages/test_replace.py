"""Replacing a file from the media browser over a poor line, in a real Chromium."""

import pytest
from django.db.models import Sum
from playwright.sync_api import expect

from tests.browser import enter
from tests.factories import make_member, make_upload
from tests.uploader import noise, picture
from tests.worker.installation import wait_until
from uploads.models import StorageAccount, Upload, UploadSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def upload(organization):
    keeper = make_member(organization, "Administrator", "keeper", is_staff=True)
    return make_upload(keeper, organization, title="Harbour")


@pytest.fixture
def page(page, live_server, upload):
    """The preview of the file is open; time can be wound forward."""
    page.set_default_timeout(15_000)
    page.clock.install()
    enter(page, live_server, upload.uploaded_by)
    page.goto(f"/admin/uploads/upload/#{upload.pk}")
    page.locator("[data-do=replace]").wait_for()
    return page


def replace_with(page, file):
    with page.expect_file_chooser() as chooser:
        page.locator("[data-do=replace]").click()
    chooser.value.set_files([file])


def sending(page, file):
    """Replace with `file`, and wait until its bytes are on their way."""
    with page.expect_request(lambda request: request.method == "PUT"):
        replace_with(page, file)


def silence(page, count=1):
    """The next PUTs of the page are never answered; returns what was sent."""
    puts = []

    def answer(route):
        if route.request.method != "PUT":
            return route.fallback()
        puts.append(route.request.url)
        return None if len(puts) <= count else route.continue_()

    page.route("**/storage/**", answer)
    return puts


def reserved():
    return StorageAccount.objects.aggregate(sum=Sum("reserved"))["sum"] or 0


def bytes_changed(upload):
    upload.refresh_from_db()
    return upload.version == 2


# FA-A7
def test_a_stalled_line_is_noticed_and_the_file_is_replaced_all_the_same(page, upload):
    puts = silence(page)
    sending(page, picture("after.png"))
    page.clock.fast_forward(31_000)
    expect(page.get_by_text("The connection is stalled; trying again…")).to_be_visible()
    page.clock.fast_forward(1_000)
    expect(page.get_by_text("Replaced. The earlier version is kept.")).to_be_visible()
    assert len(puts) == 2
    assert bytes_changed(upload)
    assert reserved() == 0


# FA-A7
def test_leaving_the_page_gives_back_what_was_reserved(page, upload):
    silence(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    sending(page, picture("after.png", noise(100)))
    assert reserved() > 30_000
    page.goto("/admin/")
    assert asked == ["beforeunload"]
    wait_until(lambda: UploadSession.objects.get().state == "aborted")
    assert reserved() == 0
    assert not bytes_changed(upload)


# FA-A7
def test_canceling_gives_back_what_was_reserved(page, upload):
    silence(page)
    sending(page, picture("after.png"))
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("Replacing was canceled.")).to_be_visible()
    wait_until(lambda: UploadSession.objects.get().state == "aborted")
    assert reserved() == 0
    assert not bytes_changed(upload)


# FA-A7
def test_a_file_that_is_refused_for_good_is_told_in_words_and_gives_back_what_was_reserved(page, upload):
    replace_with(page, picture("lie.png", b"no picture at all"))
    expect(page.get_by_text("What is in the file is not what its name says.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    wait_until(lambda: UploadSession.objects.get().state != "open")
    assert reserved() == 0
    assert not bytes_changed(upload)


# FA-A7
def test_a_file_that_failed_because_of_the_server_can_be_tried_again(page, upload):
    page.route("**/upload-sessions/", lambda route: route.fulfill(status=503, headers={"Retry-After": "600"}))
    replace_with(page, picture("after.png"))
    page.get_by_role("button", name="Try again").wait_for()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Replaced. The earlier version is kept.")).to_be_visible()
    assert bytes_changed(upload)
    assert Upload.objects.count() == 1
