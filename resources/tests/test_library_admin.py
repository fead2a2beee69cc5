"""The resource library in the admin."""

import json

import pytest

from resources.models import LibraryResource
from tests.admin_cases import address, signed_in
from tests.factories import client_for, make_library_resource, make_member
from tests.library import SAID, created, sent_files
from uploads.models import Upload

pytestmark = pytest.mark.django_db

LABEL = "resources.libraryresource"


@pytest.fixture
def person(organization):
    return make_member(organization, "Administrator", is_staff=True)


@pytest.fixture
def browser(person):
    return signed_in(person)


def entries(api, *roles):
    files = sent_files(api, roles)
    return [{"id": file["upload_session"], "role": file["role"], "new": True} for file in files]


def posted(kind, files, **said):
    return {"status": "active", **SAID[kind], **said, "pictures": json.dumps(files)}


def test_one_is_made_with_the_files_that_were_sent(browser, person):
    files = entries(client_for(person), "original", "gallery", "gallery")
    answer = browser.post(address(LABEL, "add"), posted("garment", files, gender="typed before"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = LibraryResource.objects.get()
    assert (made.type, made.category, made.gender) == ("garment", "jackets", "")
    assert made.files.count() == 3


@pytest.mark.parametrize(("said", "field"), [({"environment": ""}, "environment"), ({"name": ""}, "name")])
def test_what_is_missing_is_said_where_it_is_missing(browser, person, said, field):
    answer = browser.post(address(LABEL, "add"), posted("scene", entries(client_for(person), "original"), **said))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Upload.everything.exists()


@pytest.mark.parametrize("files", ["", "[", "{}", '[{"role": "gallery"}]', '[{"role": "x", "new": true}]'])
def test_there_is_no_resource_without_an_original(browser, files):
    answer = browser.post(address(LABEL, "add"), {**posted("scene", []), "pictures": files})
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["pictures"]


def test_the_gallery_is_sorted_together_with_new_files(browser, person):
    api = client_for(person)
    made = created(api, roles=("original", "gallery", "gallery"))
    first, second = (file["id"] for file in made["gallery"])
    (new,) = entries(api, "gallery")
    files = [{"id": second, "role": "gallery"}, new, {"id": first, "role": "gallery"}]
    row = LibraryResource.objects.get()
    answer = browser.post(address(LABEL, "change", row), posted("model", files, name="Nora"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    shown = api.get(f"/api/v1/library-resources/{row.pk}/").json()
    assert [file["id"] for file in shown["gallery"]] == [second, new["id"], first]
    assert shown["name"] == "Nora"


def test_the_list_is_narrowed_by_attributes(browser, person, organization):
    make_library_resource(person, organization, name="Loft")
    make_library_resource(person, organization, name="Beach", environment="outdoor")
    page = browser.get(address(LABEL, "changelist"), {"environment": "outdoor"}).content.decode()
    assert "Beach" in page
    assert "Loft" not in page


def test_deleting_puts_the_files_into_the_trash(browser, person, organization):
    row = make_library_resource(person, organization)
    assert browser.post(address(LABEL, "delete", row), {"post": "yes"}).status_code == 302
    assert not LibraryResource.objects.exists()
    assert Upload.everything.trashed().get().usage_count == 0
