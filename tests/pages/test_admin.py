"""The admin in a real Chromium: landmarks, labels, nothing from elsewhere, narrow and wide, light and dark."""

import pytest

from permissions.services.memberships import add_member
from tests.axe import serious_findings
from tests.factories import make_member, make_organization, make_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/admin/",
    "/admin/uploads/upload/",
    "/admin/uploads/upload/add/",
    "/admin/permissions/user/",
    "/admin/permissions/user/add/",
    "/admin/permissions/role/add/",
    "/admin/password_change/",
]
UNLABELLED = """
() => [...document.querySelectorAll('main input, main select, main textarea')]
    .filter(field => field.type !== 'hidden' && field.checkVisibility())
    .filter(field => !field.labels?.length && !field.ariaLabel && !field.getAttribute('aria-labelledby'))
    .map(field => field.name || field.outerHTML)
"""
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def person():
    organization = make_organization(name="First house")
    person = make_member(organization, "Administrator", "browser-admin", is_staff=True)
    add_member(user=person, role=make_organization(name="Second house").roles.get(name="Administrator"))
    make_upload(person, organization, title="A picture", tags=["spring"])
    return person


def _sign_in(page):
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("browser-admin")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_have_one_main_landmark_labels_and_no_sideways_scrolling(width, scheme, person, page, live_server):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    elsewhere, errors = [], []
    page.on("request", lambda request: elsewhere.append(request.url) if not _is_ours(request, live_server) else None)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    _sign_in(page)
    for path in PAGES:
        page.goto(path)
        assert page.locator("main").count() == 1, path
        assert page.evaluate(UNLABELLED) == [], path
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.title().strip(), path
    assert elsewhere == []
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme, person, page):
    page.emulate_media(color_scheme=scheme)
    _sign_in(page)
    for path in PAGES:
        page.goto(path)
        assert serious_findings(page) == [], path


def _is_ours(request, live_server) -> bool:
    return request.url.startswith((live_server.url, "data:", "blob:"))


def test_the_organization_is_switched_with_the_keyboard(person, page):
    _sign_in(page)
    page.get_by_text("First house").first.focus()
    page.locator(".organization-switcher summary").press("Enter")
    page.get_by_role("button", name="Second house").press("Enter")
    page.wait_for_url("**/admin/")
    assert "Second house" in page.locator(".organization-switcher summary").inner_text()
