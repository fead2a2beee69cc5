"""An organization, its administrator signed in, and five files that came in as files do."""

import pytest

from tests.browser import enter
from tests.factories import client_for, make_member, make_organization
from tests.jobs import run_pending_jobs
from tests.pages.media_browser.actions import NAMES
from tests.upload_calls import jpeg, uploaded
from uploads.models import Upload


@pytest.fixture
def organization():
    return make_organization("house", name="House", is_default=True)


@pytest.fixture
def person(organization):
    return make_member(organization, "Administrator", "keeper", is_staff=True)


@pytest.fixture
def files(person):
    """Five pictures, uploaded the way a client does it; the first is the oldest."""
    api = client_for(person)
    for number, name in enumerate(NAMES):
        details = {"title": name, "tags": ["spring"] if number % 2 else ["autumn"], "visibility": "PUBLIC"}
        uploaded(api, jpeg((400 + number, 300)), details=details, filename=f"{name.lower()}.jpg")
    return {upload.title: upload for upload in Upload.objects.all()}


@pytest.fixture
def drawn(files):
    """The same with their renditions."""
    run_pending_jobs()
    return files


@pytest.fixture
def page(page, person, live_server):
    page.set_default_timeout(15_000)
    enter(page, live_server, person)
    return page
