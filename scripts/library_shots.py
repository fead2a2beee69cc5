"""Shots of the pages of the resource library, for `scripts/screenshots.py`."""

from typing import Any

from playwright.sync_api import Page

from media_library.demo.pictures import BERRY, DAWN, FOREST, OCEAN, circles, encoded, hills, tiles, waves

LIST = "/admin/resources/libraryresource/"
RESOURCES = (
    ("scene", "Harbour at dawn", {"Environment": "outdoor"}),
    ("model", "Mara", {"Gender": "female", "Age group": "adult"}),
    ("garment", "Linen parka", {"Category": "jackets"}),
)


def library_list(page: Page) -> None:
    """The list with three resources, which are created the first time."""
    page.goto(LIST)
    if not page.locator("#result_list tbody tr").count():
        for number in reversed(range(len(RESOURCES))):
            _fill_in(page, number)
            page.get_by_role("button", name="Save", exact=True).click()
            page.wait_for_url(f"**{LIST}")
    while page.locator("#result_list .thumbnail img").count() < len(RESOURCES):
        page.wait_for_timeout(1000)
        page.goto(LIST)
    page.wait_for_load_state("networkidle")


def library_form(page: Page) -> None:
    _fill_in(page, 0)
    page.locator("[data-zone=gallery]").scroll_into_view_if_needed()


def _fill_in(page: Page, number: int) -> None:
    kind, name, attributes = RESOURCES[number]
    page.goto(f"{LIST}add/")
    page.locator("select[name=type]").select_option(kind)
    page.get_by_label("Name").fill(name)
    for label, value in attributes.items():
        page.get_by_label(label).fill(value)
    first, *others = [_picture(number + step) for step in range(4)]
    page.locator("input[data-role=original]").set_input_files([first])
    page.locator("input[data-role=gallery]").set_input_files(others)
    page.locator(".picture-note", has_text="New").nth(3).wait_for()


def _picture(number: int) -> Any:
    drawn = (hills, waves, circles, tiles)[number % 4]((DAWN, OCEAN, BERRY, FOREST)[number % 4], number)
    return {"name": f"picture-{number + 1}.jpg", "mimeType": "image/jpeg", "buffer": encoded(drawn, "JPEG")}
