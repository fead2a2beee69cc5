"""What people do on the form of a library resource."""

from playwright.sync_api import expect

from tests.uploader import picture

LIST, ADD = "/admin/resources/libraryresource/", "/admin/resources/libraryresource/add/"


def choose(page, role, *names, content=b""):
    files = [picture(name, content) for name in names]
    page.locator(f"input[data-role={role}]").set_input_files(files)


def card(page, name):
    return page.locator(".picture-card", has=page.get_by_text(name, exact=True))


def gallery(page):
    return page.locator("[data-zone=gallery] .picture-name")


def sent(page, *names):
    """Wait until these are uploaded."""
    for name in names:
        expect(card(page, name).locator(".picture-note")).to_have_text("New")


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{LIST}")


def shown_fields(page):
    names = ("gender", "age_group", "environment", "category")
    return [name for name in names if page.locator(f"[name={name}]").is_visible()]


def names_of(resource):
    return list(resource.files.filter(role="gallery").values_list("upload__original_filename", flat=True))
