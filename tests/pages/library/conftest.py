"""An organization, its administrator signed in, and a resource with a gallery."""

import pytest
from playwright.sync_api import expect

from resources.models import LibraryResource
from tests.factories import client_for
from tests.library import created
from tests.pages.library.actions import LIST, gallery
from tests.uploader import sign_in
from uploads.models import Upload


@pytest.fixture
def page(page, keeper):
    """Signed in; whatever the browser complains of fails the test."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.set_default_timeout(15_000)
    sign_in(page, "keeper")
    yield page
    assert complaints == []


@pytest.fixture
def saved(page, keeper):
    """The page of a model with a gallery of three."""
    created(client_for(keeper))
    resource = LibraryResource.objects.get()
    for number, file in enumerate(resource.files.filter(role="gallery").order_by("position")):
        Upload.objects.filter(pk=file.upload_id).update(original_filename=f"{'abc'[number]}.png")
    page.goto(f"{LIST}{resource.pk}/change/")
    expect(gallery(page)).to_have_text(["a.png", "b.png", "c.png"])
    return resource
