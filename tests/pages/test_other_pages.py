"""The pages beside the media browser in a real Chromium."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.axe import serious_findings
from tests.browser import enter
from tests.factories import make_member, make_organization, make_upload
from tests.jobs import run_pending_jobs
from uploads.admin.pages import trash
from uploads.audit import scan
from uploads.files.trash import put_into_trash
from uploads.models import Upload
from uploads.storage import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIBRARY = "/admin/uploads/upload/"
STORAGE, TRASH, ORPHANS = f"{LIBRARY}storage/", f"{LIBRARY}trash/", f"{LIBRARY}orphans/"
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"
DRAWN = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value)"


@pytest.fixture
def organization():
    return make_organization("house", name="House", is_default=True, storage_quota=10**9)


@pytest.fixture
def person(organization):
    return make_member(organization, "Administrator", "keeper", is_staff=True)


@pytest.fixture
def files(person, organization):
    kinds = [
        ("IMAGE", "image/png", 3_000_000),
        ("VIDEO", "video/mp4", 90_000_000),
        ("DOCUMENT", "application/pdf", 900),
    ]
    return [
        make_upload(person, organization, title=f"{kind.title()} {number}", type=kind, mime_type=mime, size=size)
        for number in range(3)
        for kind, mime, size in kinds
    ]


@pytest.fixture
def page(page, person, live_server):
    page.set_default_timeout(15_000)
    enter(page, live_server, person)
    return page


def _looked_at(page, live_server, path):
    """Open a page; return what is wrong with it at a glance: requests elsewhere, errors, sideways scrolling."""
    wrong = []
    ours = (live_server.url, "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(ours) else wrong.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    if page.evaluate(OVERFLOW) > 0:
        wrong.append("scrolls sideways")
    return wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_storage_is_drawn_and_said_wide_and_narrow_light_and_dark(width, scheme, files, page, live_server):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    assert _looked_at(page, live_server, STORAGE) == []
    canvases = page.locator("canvas[data-chart]")
    assert [canvas.evaluate(DRAWN) for canvas in canvases.all()] == [True, True, True]
    expect(page.get_by_role("region", name="Size by type")).to_contain_text("257.5")
    assert serious_findings(page) == []


def test_the_table_beside_a_chart_is_opened_by_keyboard_and_leads_to_the_files(files, page):
    page.goto("/admin/")
    page.get_by_role("link", name="Show details").press("Enter")
    page.wait_for_url(f"**{STORAGE}")
    page.get_by_text("Show as a table").press("Enter")
    expect(page.get_by_role("table", name="Growth by month")).to_be_visible()
    page.get_by_role("table", name="Size by type").get_by_role("link", name="Document").press("Enter")
    page.wait_for_url("**type=DOCUMENT**")
    expect(page.locator(".file")).to_have_count(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_trash_is_free_of_findings_wide_and_narrow_light_and_dark(width, scheme, files, person, page, live_server):
    put_into_trash(ids=[file.pk for file in files], by=person.pk)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    assert _looked_at(page, live_server, TRASH) == []
    assert serious_findings(page) == []
    page.get_by_label("Select all files on this page").check()
    page.get_by_role("button", name="Delete selected for good").click()
    expect(page.get_by_role("heading", name="Delete these 9 files for good?")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert serious_findings(page) == []


def test_all_files_of_the_trash_are_chosen_beyond_the_page(files, person, page, monkeypatch):
    monkeypatch.setattr(trash, "PAGE", 4)
    put_into_trash(ids=[file.pk for file in files], by=person.pk)
    page.goto(TRASH)
    offer = page.get_by_label("Select all 9 files, also those of other pages")
    expect(offer).to_be_hidden()
    page.get_by_label("Select all files on this page").check()
    expect(page.get_by_text("4 of 4 selected")).to_be_visible()
    offer.check()
    expect(page.get_by_text("All 9 files selected")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("button", name="Delete selected for good").click()
    expect(page.get_by_role("heading", name="Delete these 9 files for good?")).to_be_visible()
    expect(page.get_by_text("and 5 more")).to_be_visible()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("9 files were deleted for good.")).to_be_visible()
    assert not Upload.everything.exists()


def test_files_are_restored_and_ended_by_keyboard(files, person, page):
    put_into_trash(ids=[file.pk for file in files], by=person.pk)
    page.goto(TRASH)
    expect(page.get_by_role("button", name="Restore selected")).to_be_disabled()
    page.get_by_label("Select Video 0", exact=True).press("Space")
    page.get_by_label("Select Video 1", exact=True).press("Space")
    expect(page.get_by_text("2 of 9 selected")).to_be_visible()
    page.get_by_role("button", name="Restore selected").press("Enter")
    expect(page.get_by_text("2 files were restored.")).to_be_visible()
    page.get_by_role("button", name="Delete for good: Image 0").press("Enter")
    expect(page.get_by_text("They cannot be restored")).to_be_visible()
    page.get_by_role("button", name="Delete for good").press("Enter")
    expect(page.get_by_text("1 file was deleted for good.")).to_be_visible()
    assert Upload.objects.count() == 2
    assert Upload.everything.count() == 8


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_an_audit_is_started_its_report_read_and_what_it_found_cleaned_after_a_question(
    width, scheme, person, organization, page, live_server, monkeypatch
):
    monkeypatch.setattr(scan, "earliest_now", lambda storage: timezone.now() + timedelta(days=3))
    for _ in range(12):  # where much looks like orphans, nothing is cleaned
        make_upload(person, organization, content=b"kept")
    store("media").put(f"{organization.pk}/uploads/stray", BytesIO(b"stray"), content_type="image/png")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    assert _looked_at(page, live_server, ORPHANS) == []
    page.get_by_role("button", name="Start an audit").press("Enter")
    expect(page.get_by_role("progressbar", name="Auditing")).to_be_visible()
    assert serious_findings(page) == []
    run_pending_jobs("audit_orphans")
    expect(page.get_by_role("region", name="Findings")).to_contain_text("Object without a row")
    page.get_by_text("Examples").press("Enter")
    expect(page.get_by_text("uploads/stray")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    assert serious_findings(page) == []
    page.get_by_role("button", name="Clean …").press("Enter")
    expect(page.get_by_label("Move objects to quarantine")).to_be_checked()
    assert page.evaluate(OVERFLOW) <= 0
    assert serious_findings(page) == []
    page.get_by_role("button", name="Clean").press("Enter")
    expect(page.get_by_role("progressbar", name="Cleaning")).to_be_visible()
    run_pending_jobs("clean_orphans")
    expect(page.get_by_text("Cleaned: 1 removed, 0 left.")).to_be_visible()
    assert store("media").stat(f"{organization.pk}/uploads/stray") is None
    assert serious_findings(page) == []
