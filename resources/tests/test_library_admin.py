"""The resource library in the admin."""

import json

import pytest

from permissions.choices import Permission
from resources.choices import ATTRIBUTES
from resources.models import LibraryResource
from tests.admin_cases import address, signed_in
from tests.factories import client_for, make_library_resource, make_member, make_member_with
from tests.jobs import run_pending_jobs
from tests.library import LIBRARY, SAID, created, png, presigned, sent_files
from tests.upload_calls import send
from uploads.errors import InTrash
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


def test_a_file_that_is_removed_goes_and_one_that_came_meanwhile_stays(browser, person):
    api = client_for(person)
    made = created(api, roles=("original", "gallery", "gallery"))
    row = LibraryResource.objects.get()
    shown = [{"id": file["id"], "role": "gallery"} for file in made["gallery"]]
    shown[0]["leaving"] = True
    later = api.patch(f"{LIBRARY}{row.pk}/", {"files": sent_files(api, ("gallery",))}).json()["gallery"][2]
    answer = browser.post(address(LABEL, "change", row), posted("model", shown))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    gallery = api.get(f"{LIBRARY}{row.pk}/").json()["gallery"]
    assert [file["id"] for file in gallery] == [shown[1]["id"], later["id"]]
    assert str(Upload.everything.trashed().get().pk) == shown[0]["id"]


def test_a_file_that_is_wrong_is_named_and_marked_when_the_form_comes_back(browser, person):
    api = client_for(person)
    good, wrong = presigned(api, ("original", "gallery"))
    assert send(good["url"], good["headers"], png(0)) == 200
    assert send(wrong["url"], wrong["headers"], b"x" * wrong["size"]) == 200
    files = [{"id": one["id"], "role": one["role"], "name": f"{one['role']}.png", "new": True} for one in (good, wrong)]
    form = browser.post(address(LABEL, "add"), posted("scene", files)).context["adminform"].form
    assert form.errors["pictures"][0].startswith("“gallery.png”: ")
    assert list(form.facts["refused"]) == [wrong["id"]]
    assert not Upload.everything.exists()


def test_what_is_refused_while_it_is_saved_is_told_on_the_page(browser, person, monkeypatch):
    api = client_for(person)
    created(api, roles=("original",))
    row = LibraryResource.objects.get()

    def gone_meanwhile(**_):
        raise InTrash

    monkeypatch.setattr("resources.admin.library.update_library_resource", gone_meanwhile)
    answer = browser.post(address(LABEL, "change", row), posted("model", []), follow=True)
    assert answer.status_code == 200
    assert InTrash().detail in answer.content.decode()


def test_of_one_that_exists_only_the_fields_of_its_type_are_shown(browser, person, organization):
    form = browser.get(address(LABEL, "change", make_library_resource(person, organization))).context["adminform"].form
    assert [name for name in ATTRIBUTES if name in form.fields] == ["environment"]


def test_the_list_shows_the_thumbnail_else_the_original(browser, person):
    created(client_for(person))
    run_pending_jobs("make_renditions")
    thumbnail = LibraryResource.objects.get().files.get(role="thumbnail").upload
    assert thumbnail.renditions.get(kind="sm").key in browser.get(address(LABEL, "changelist")).content.decode()


@pytest.mark.parametrize(("action", "status"), [("archive", "archived"), ("activate", "active")])
def test_the_chosen_ones_are_archived_and_activated(browser, person, organization, action, status):
    rows = [make_library_resource(person, organization, status=kept) for kept in ("active", "draft", "archived")]
    browser.post(address(LABEL, "changelist"), {"action": action, "_selected_action": [row.pk for row in rows[1:]]})
    assert list(LibraryResource.objects.order_by("created_at").values_list("status", flat=True)) == [
        "active",
        status,
        status,
    ]


def test_a_person_who_may_only_look_has_no_actions(organization):
    watcher = make_member_with(organization, Permission.VIEW_LIBRARY_RESOURCE)
    watcher.is_staff = True
    watcher.save()
    row = make_library_resource(make_member(organization), organization)
    signed_in(watcher).post(address(LABEL, "changelist"), {"action": "archive", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.status == "active"


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
