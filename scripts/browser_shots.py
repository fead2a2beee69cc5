"""Shots of the media browser and the pages beside it: each function opens a page in the state to show."""

from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from media_library.demo.pictures import BERRY, DAWN, OCEAN, circles, hills, waves

BROWSER = "/admin/uploads/upload/"


def grid(page: Page) -> None:
    narrow_grid(page)
    page.locator(".file").nth(1).hover()
    page.wait_for_timeout(300)


def narrow_grid(page: Page) -> None:
    page.goto(BROWSER)
    _settle(page)


def as_list(page: Page) -> None:
    page.goto(f"{BROWSER}?view=list")
    _settle(page)


def filtered(page: Page) -> None:
    page.goto(f"{BROWSER}?type=IMAGE&visibility=PUBLIC&tag=landscape")
    _settle(page)


def preview(page: Page) -> None:
    narrow_preview(page)
    page.locator("#preview-dialog summary", has_text="Access").click()
    page.locator("#preview-dialog .reasons li").first.wait_for()
    _settle(page)


def narrow_preview(page: Page) -> None:
    page.goto(f"{BROWSER}?search=bay")
    _settle(page)
    page.locator(".file a[data-action=preview]").first.click()
    page.locator("#preview-dialog [data-buttons] .button").first.wait_for()
    _settle(page)


def edit(page: Page) -> None:
    page.goto(BROWSER)
    _settle(page)
    card = page.locator(".file", has_text="Night market")
    card.hover()
    card.locator("[data-action=edit]").click()
    page.locator("#form-dialog .role-boxes input").first.wait_for()


def bulk(page: Page) -> None:
    page.goto(BROWSER)
    _settle(page)
    for number in (1, 2, 4, 7):
        page.locator(".file-check").nth(number).check(force=True)


def uploading(page: Page) -> None:
    """Three uploads on a slow connection."""
    page.goto(BROWSER)
    _settle(page)
    page.locator(".browser-toolbar [data-upload-open]").click()
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 600_000}
    line.send("Network.emulateNetworkConditions", slow)
    names = ("terrace.png", "harbour.png", "workshop.png")
    files: list[Any] = [
        {"name": name, "mimeType": "image/png", "buffer": _noise(number)} for number, name in enumerate(names)
    ]
    page.locator("#uploader-files input[type=file]").first.set_input_files(files)
    page.locator(".uppy-StatusBar-actionBtn--upload").click()
    page.wait_for_timeout(2500)


def _noise(number: int) -> bytes:
    picture = (hills, circles, waves)[number]((DAWN, BERRY, OCEAN)[number], number)
    file = BytesIO()
    Image.blend(picture, Image.effect_noise(picture.size, 40).convert("RGB"), 0.2).save(file, "PNG")
    return file.getvalue()


def _settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready")
    page.wait_for_function("() => document.querySelector('[data-count]')?.textContent")
    page.wait_for_timeout(300)


def storage(page: Page) -> None:
    page.goto(f"{BROWSER}storage/")
    _drawn(page)


def trash(page: Page) -> None:
    """The trash, with two files that are deleted the first time."""
    page.goto(f"{BROWSER}trash/")
    if not page.locator("#trash").count():
        token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
        headers = {"X-CSRFToken": token, "Referer": page.url}
        for name in ("slate", "orchard"):
            (row,) = page.request.get(f"/api/v1/uploads/?search={name}").json()["results"]
            assert page.request.delete(f"/api/v1/uploads/{row['id']}/", headers=headers).ok
        page.goto(f"{BROWSER}trash/")
    page.locator("[name=ids]").first.check()
    _drawn(page)


def orphans(page: Page) -> None:
    """The report of an audit with findings, which is made the first time."""
    page.goto(f"{BROWSER}orphans/")
    if page.get_by_role("button", name="Start an audit").count():
        page.get_by_role("button", name="Start an audit").click()
        page.get_by_role("region", name="Findings").wait_for(timeout=60_000)
    page.get_by_text("Examples").first.click()
    _drawn(page)


def _drawn(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(300)
