"""Library resources and their files, changed and deleted."""

import pytest

from resources.models import LibraryResource, LibraryResourceFile
from tests.library import FULL, LIBRARY, SAID, address, created, refusal, sent_files
from tests.upload_calls import code_of
from uploads.models import Upload, Usage

pytestmark = pytest.mark.django_db


def test_what_is_said_is_changed_and_the_type_stays(admin):
    made = created(admin)
    changed = admin.patch(address(made), {**made, "name": "Nora", "type": "scene"})
    assert changed.status_code == 200
    assert changed.json() == {**made, "name": "Nora"}
    assert refusal(admin.patch(address(made), {"environment": "street"})) == (400, "not_of_this_type", "environment")
    assert refusal(admin.patch(address(made), {"gender": None})) == (400, "required", "gender")


def test_archived_ones_leave_the_public_list(admin, api):
    made = created(admin)
    assert admin.patch(address(made), {"status": "archived"}).json()["status"] == "archived"
    assert api.get(LIBRARY).json()["count"] == 0


def test_the_gallery_is_put_into_another_order(admin):
    made = created(admin)
    ids = [file["id"] for file in made["gallery"]]
    changed = admin.patch(address(made), {"gallery": [ids[2], ids[0], ids[1]]}).json()
    assert [file["id"] for file in changed["gallery"]] == [ids[2], ids[0], ids[1]]


def test_files_left_out_of_the_gallery_go_into_the_trash(admin):
    made = created(admin)
    ids = [file["id"] for file in made["gallery"]]
    assert len(admin.patch(address(made), {"gallery": ids[:1]}).json()["gallery"]) == 1
    assert {str(pk) for pk in Upload.everything.trashed().values_list("pk", flat=True)} == set(ids[1:])
    assert not Usage.objects.filter(upload_id__in=ids[1:]).exists()


def test_a_file_of_another_resource_is_not_in_the_gallery(admin):
    made, other = created(admin), created(admin, "scene")
    answer = admin.patch(address(made), {"gallery": [other["gallery"][0]["id"]]})
    assert refusal(answer) == (400, "does_not_exist", "gallery")


def test_files_are_added_and_an_original_takes_the_place_of_the_one_before(admin):
    made = created(admin, roles=("original", "gallery"))
    changed = admin.patch(address(made), {"files": sent_files(admin, ("original", "gallery"))}).json()
    assert len(changed["gallery"]) == 2
    assert changed["gallery"][0] == made["gallery"][0]
    assert changed["original"]["id"] != made["original"]["id"]
    assert Upload.everything.trashed().get().pk.hex == made["original"]["id"].replace("-", "")
    assert not LibraryResourceFile.objects.filter(upload_id=made["original"]["id"]).exists()


def test_a_place_that_is_taken_is_400(admin):
    made = created(admin)
    (file,) = sent_files(admin, ("gallery",))
    answer = admin.patch(address(made), {"files": [{**file, "position": 0}]})
    assert refusal(answer) == (400, "repeated_position", "files")


@pytest.mark.parametrize("role", ["Member", "Creator"])
def test_only_those_with_the_right_change_the_library(admin, as_role, role):
    made, client = created(admin), as_role(role)
    assert client.post(LIBRARY, {**SAID["scene"], "files": []}).status_code == 403
    assert client.post(f"{LIBRARY}presign/", {"files": []}).status_code == 403
    assert client.patch(address(made), {"name": "x"}).status_code == 403
    assert client.delete(address(made)).status_code == 403


def test_a_stale_change_is_412(admin):
    made = created(admin)
    stale = admin.get(address(made))["ETag"]
    admin.patch(address(made), {"name": "Nora"})
    assert admin.patch(address(made), {"name": "Ida"}, HTTP_IF_MATCH=stale).status_code == 412


def test_its_files_are_in_use_while_it_is_there(admin):
    made = created(admin, roles=("original",))
    answer = admin.delete(f"/api/v1/uploads/{made['original']['id']}/")
    assert (answer.status_code, code_of(answer)) == (409, "in_use")
    assert answer.json()["errors"][0]["items"][0]["label"] == "Mara"


def test_deleting_it_trashes_its_files_and_restoring_one_brings_all_back(admin, api):
    made = created(admin)
    assert admin.delete(address(made)).status_code == 204
    assert api.get(LIBRARY).json()["count"] == 0
    assert admin.get(address(made)).status_code == 404
    assert not Upload.objects.exists()
    assert not Usage.objects.exists()
    assert api.get(made["original"]["url"].removeprefix("http://testserver")).status_code == 404
    assert admin.post(f"/api/v1/uploads/{made['gallery'][1]['id']}/restore/").status_code == 200
    assert api.get(address(made)).json() == made
    assert Usage.objects.count() == Upload.objects.filter(usage_count=1).count() == len(FULL)


def test_it_goes_into_the_trash_with_its_original(admin):
    made = created(admin)
    assert admin.delete(f"/api/v1/uploads/{made['original']['id']}/?force=true").status_code == 204
    assert admin.get(address(made)).status_code == 404
    assert not Upload.objects.exists()


def test_it_ends_with_its_original(admin, django_capture_on_commit_callbacks):
    made = created(admin)
    admin.delete(address(made))
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.delete(f"/api/v1/uploads/{made['gallery'][0]['id']}/purge/").status_code == 204
    assert LibraryResource.everything.get().files.count() == len(FULL) - 1
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.delete(f"/api/v1/uploads/{made['original']['id']}/purge/").status_code == 204
    assert not LibraryResource.everything.exists()
    assert Upload.everything.trashed().count() == len(FULL) - 2
