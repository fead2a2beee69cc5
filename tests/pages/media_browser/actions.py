"""What people do on the page of the media browser, and the parts of it that tests look at."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

BROWSER = "/admin/uploads/upload/"
NAMES = ["Harbour", "Meadow", "Night", "Orchard", "Valley"]


def cards(page: Page) -> Locator:
    return page.locator(".file")


def card(page: Page, name: str) -> Locator:
    return page.locator(f'.file[data-name="{name}"]')


def dialog(page: Page) -> Locator:
    return page.locator("#form-dialog")


def preview(page: Page, name: str) -> None:
    card(page, name).locator("a[data-action=preview]").click()
    expect(page.locator("#preview-dialog [data-buttons]")).to_contain_text("Download")


def choose(page: Page, *names: str) -> None:
    for name in names:
        card(page, name).hover()
        card(page, name).locator(".file-check").check()


def names(page: Page) -> list[str]:
    return cards(page).evaluate_all("cards => cards.map(card => card.dataset.name)")


def picture_width(image: Locator) -> Any:
    """Of a picture that is really drawn, in its own pixels."""
    return image.evaluate("async image => { await image.decode(); return image.naturalWidth }")
