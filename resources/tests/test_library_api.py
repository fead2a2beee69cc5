"""The resource library, as clients fill and read it."""

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from permissions.choices import Permission
from resources.models import LibraryResource, LibraryResourceFile
from tests.factories import client_for, make_member, make_member_with, make_organization
from tests.jobs import run_pending_jobs
from tests.library import FULL, LIBRARY, SAID, created, png, presigned, sent_files
from tests.uploading import code_of, send
from uploads.models import Upload, UploadSession, Usage
from uploads.storage import store

pytestmark = pytest.mark.django_db

UNKNOWN = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def admin(organization):
    return client_for(make_member(organization, "Administrator"))


def url(resource):
    return f"{LIBRARY}{resource['id']}/"


def problem(answer):
    error = answer.json()["errors"][0]
    return answer.status_code, error["code"], error["attr"]


# Making


@pytest.mark.parametrize("kind", ["model", "scene", "garment"])
def test_a_resource_is_made_of_files_that_were_announced_together_and_is_public_at_once(admin, api, kind):
    made = created(admin, kind)
    (listed,) = api.get(LIBRARY, {"type": kind}).json()["results"]
    assert listed == made
    assert {name: listed[name] for name in SAID[kind]} == SAID[kind]
    assert listed["status"] == "active"
    assert len(listed["gallery"]) == 3
    for file in [listed["original"], listed["thumbnail"], *listed["gallery"]]:
        answer = api.get(file["url"].removeprefix("http://testserver"))
        assert b"".join(answer.streaming_content)[:4] == b"\x89PNG"
        assert "immutable" in answer["Cache-Control"]
        assert (file["mime_type"], file["width"], file["height"]) == ("image/png", 60, 40)


def test_keys_say_what_the_files_are_for(admin):
    (session,) = presigned(admin, ("original",), type="garment")
    assert "/assets/garment/" in session["key"]


def test_nothing_is_opened_where_one_file_may_not_come_in(admin):
    files = [
        {"role": "original", "filename": "a.png", "content_type": "image/png", "size": 9},
        {"role": "gallery", "filename": "a.gif", "content_type": "image/gif", "size": 9},
    ]
    answer = admin.post(f"{LIBRARY}presign/", {"files": files})
    assert problem(answer) == (400, "unsupported_media_type", "files.1.content_type")
    assert not UploadSession.objects.exists()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({**SAID["model"], "type": "shoes"}, ("unsupported_library_type", "type")),
        ({**SAID["model"], "age_group": ""}, ("required", "age_group")),
        ({"type": "scene", "name": "Loft"}, ("required", "environment")),
        ({**SAID["garment"], "gender": "female"}, ("not_of_this_type", "gender")),
        ({**SAID["garment"], "color": "red"}, ("unknown_field", "color")),
        ({**SAID["garment"], "organization": UNKNOWN}, ("unknown_field", "organization")),
        ({**SAID["garment"], "name": " "}, ("blank", "name")),
    ],
)
def test_what_is_said_must_fit_the_type(admin, said, wrong):
    answer = admin.post(LIBRARY, {**said, "files": sent_files(admin, ("original",))})
    assert problem(answer) == (400, *wrong)
    assert not Upload.everything.exists()


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        (("gallery",), "one_original"),
        (("original", "original"), "one_original"),
        (("original", "thumbnail", "thumbnail"), "one_thumbnail"),
    ],
)
def test_there_is_one_original_and_one_thumbnail_at_most(admin, roles, code):
    answer = admin.post(LIBRARY, {**SAID["model"], "files": sent_files(admin, roles)})
    assert problem(answer) == (400, code, "files")


def test_nothing_is_made_while_one_of_eleven_files_is_missing_and_all_is_once_it_came(admin):
    sessions = presigned(admin, ("original", *["gallery"] * 10))
    for n, session in enumerate(sessions[:10]):
        assert send(session["url"], session["headers"], png(n)) == 200
    body = {**SAID["model"], "files": [{"role": s["role"], "upload_session": s["id"]} for s in sessions]}
    answer = admin.post(LIBRARY, body)
    assert problem(answer) == (409, "not_uploaded", "files.10.upload_session")
    assert not LibraryResource.everything.exists()
    assert not Upload.everything.exists()
    assert set(UploadSession.objects.values_list("state", flat=True)) == {"open"}
    assert send(sessions[10]["url"], sessions[10]["headers"], png(10)) == 200
    assert len(admin.post(LIBRARY, body).json()["gallery"]) == 10


def test_a_wrong_file_fails_alone_and_another_one_takes_its_place(admin):
    sessions = presigned(admin, ("original", "gallery"))
    assert send(sessions[0]["url"], sessions[0]["headers"], png(0)) == 200
    assert send(sessions[1]["url"], sessions[1]["headers"], b"x" * sessions[1]["size"]) == 200
    files = [{"role": s["role"], "upload_session": s["id"]} for s in sessions]
    answer = admin.post(LIBRARY, {**SAID["model"], "files": files})
    assert problem(answer) == (400, "content_mismatch", "files.1.upload_session")
    assert not Upload.everything.exists()
    states = {str(session.pk): session.state for session in UploadSession.objects.all()}
    assert states == {sessions[0]["id"]: "open", sessions[1]["id"]: "failed"}
    files[1] = sent_files(admin, ("gallery",))[0]
    assert admin.post(LIBRARY, {**SAID["model"], "files": files}).status_code == 201


def test_making_it_again_returns_the_same_one(admin):
    body = {**SAID["scene"], "files": sent_files(admin)}
    first, second = admin.post(LIBRARY, body), admin.post(LIBRARY, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Upload.objects.count() == len(FULL)


def test_a_file_belongs_to_one_resource(admin):
    files = sent_files(admin, ("original",))
    assert admin.post(LIBRARY, {**SAID["scene"], "files": files}).status_code == 201
    answer = admin.post(LIBRARY, {**SAID["scene"], "files": [*files, *sent_files(admin, ("gallery",))]})
    assert problem(answer) == (409, "already_used", "files")
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("session", [UNKNOWN, "nonsense"])
def test_sessions_that_do_not_exist_are_400(admin, session):
    answer = admin.post(LIBRARY, {**SAID["scene"], "files": [{"role": "original", "upload_session": session}]})
    assert problem(answer) == (400, "does_not_exist", "files.0.upload_session")


def test_somebody_elses_session_does_not_exist(admin, organization):
    other = client_for(make_member(organization, "Administrator"))
    answer = admin.post(LIBRARY, {**SAID["scene"], "files": sent_files(other, ("original",))})
    assert problem(answer) == (400, "does_not_exist", "files.0.upload_session")


def test_a_thumbnail_is_made_of_the_original_where_none_was_given(admin, api):
    made = created(admin, roles=("original",))
    assert made["thumbnail"] is None
    run_pending_jobs("make_renditions")
    thumbnail = api.get(url(made)).json()["thumbnail"]
    assert (thumbnail["id"], thumbnail["mime_type"]) == (made["original"]["id"], "image/webp")
    answer = api.get(thumbnail["url"].removeprefix("http://testserver"))
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"


# Reading


def test_anonymous_callers_see_active_resources_alone(admin, api, organization):
    active, draft = created(admin), created(admin, "scene", ("original",), status="draft")
    assert [row["id"] for row in api.get(LIBRARY).json()["results"]] == [active["id"]]
    assert api.get(LIBRARY, {"status": "draft"}).json()["results"] == []
    assert api.get(url(draft)).status_code == 401
    assert len(client_for(make_member(organization)).get(LIBRARY).json()["results"]) == 2
    without = client_for(make_member_with(organization, Permission.MEDIA_VIEW))
    assert [row["id"] for row in without.get(LIBRARY).json()["results"]] == [active["id"]]
    assert without.get(url(draft)).status_code == 403


def test_other_organizations_do_not_exist(admin, api):
    made = created(admin, roles=("original",))
    elsewhere = make_organization("strangers", public_listing=True)
    stranger = client_for(make_member(elsewhere, "Administrator"))
    assert stranger.get(LIBRARY).json()["count"] == 0
    assert stranger.get(url(made)).status_code == 404
    assert stranger.patch(url(made), {"name": "Mine"}).status_code == 404
    assert stranger.delete(url(made)).status_code == 404
    assert client_for(organization=elsewhere).get(url(made)).status_code == 404


def test_nobody_lists_anonymously_where_the_organization_or_installation_does_not(admin, api, organization, settings):
    made = created(admin, roles=("original",))
    organization.public_listing = False
    organization.save()
    assert api.get(LIBRARY).status_code == 401
    organization.public_listing = True
    organization.save()
    settings.PUBLIC_LISTING = False
    assert api.get(LIBRARY).status_code == 401
    assert api.get(url(made)).status_code == 401


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"type": "model"}, {"Mara"}),
        ({"type": ["model", "scene"]}, {"Mara", "Loft"}),
        ({"gender": "female"}, {"Mara"}),
        ({"age_group": "adult", "gender": "male"}, set()),
        ({"environment": "indoor"}, {"Loft"}),
        ({"category": "jackets"}, {"Parka"}),
        ({"search": "PARK jack"}, {"Parka"}),
        ({"status": "active"}, {"Mara", "Loft", "Parka"}),
        ({"status": "archived"}, set()),
    ],
)
def test_lists_are_narrowed(admin, api, parameters, names):
    for kind in SAID:
        created(admin, kind, ("original",))
    assert {row["name"] for row in api.get(LIBRARY, parameters).json()["results"]} == names


@pytest.mark.parametrize(
    ("parameters", "code"),
    [({"type": "shoes"}, "unsupported_library_type"), ({"status": "lost"}, "invalid"), ({"x": 1}, "unknown_parameter")],
)
def test_what_cannot_be_asked_for_is_400(api, organization, parameters, code):
    answer = api.get(LIBRARY, parameters)
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert answer["Cache-Control"] == "private, no-store"


def test_pages_by_cursor_show_every_row_once(admin, api):
    made = [created(admin, "garment", ("original",))["id"] for _ in range(5)]
    seen, address = [], f"{LIBRARY}?cursor=&limit=2"
    while address:
        page = api.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert seen == made[::-1]


def test_an_anonymous_page_with_all_files_costs_four_queries(admin, api, django_assert_num_queries):
    for _ in range(6):
        created(admin)
    for query in ("limit=3", "cursor=&limit=3", "limit=50&type=model"):
        with django_assert_num_queries(4 if query == "limit=3" else 3):
            assert api.get(f"{LIBRARY}?{query}").status_code == 200


def test_anonymous_lists_may_be_kept_and_are_told_from_changed_ones(admin, api):
    made = created(admin, roles=("original",))
    first = api.get(LIBRARY)
    assert first["Cache-Control"] == "public, max-age=60"
    assert api.get(LIBRARY, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    admin.patch(url(made), {"name": "Nora"})
    assert api.get(LIBRARY, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    assert admin.get(LIBRARY)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("cdn", "bucket", "expected"),
    [
        ("https://cdn.example.org", "https://s3.example.org/assets", "https://cdn.example.org/"),
        ("", "https://s3.example.org/assets", "https://s3.example.org/assets/"),
        ("", "", "http://testserver/assets/"),
    ],
)
def test_files_are_on_the_cdn_host_else_in_the_public_bucket_else_here(admin, api, settings, cdn, bucket, expected):
    settings.CDN_URL, settings.ASSETS_URL = cdn, bucket
    created(admin, roles=("original",))
    original = api.get(LIBRARY).json()["results"][0]["original"]
    assert original["url"] == expected + Upload.objects.get().key


# Changing


def test_what_is_said_is_changed_and_the_type_stays(admin):
    made = created(admin)
    changed = admin.patch(url(made), {**made, "name": "Nora", "type": "scene"})
    assert changed.status_code == 200
    assert changed.json() == {**made, "name": "Nora"}
    assert problem(admin.patch(url(made), {"environment": "street"})) == (400, "not_of_this_type", "environment")
    assert problem(admin.patch(url(made), {"gender": None})) == (400, "required", "gender")


def test_archived_ones_leave_the_public_list(admin, api):
    made = created(admin)
    assert admin.patch(url(made), {"status": "archived"}).json()["status"] == "archived"
    assert api.get(LIBRARY).json()["count"] == 0


def test_the_gallery_is_put_into_another_order(admin):
    made = created(admin)
    ids = [file["id"] for file in made["gallery"]]
    changed = admin.patch(url(made), {"gallery": [ids[2], ids[0], ids[1]]}).json()
    assert [file["id"] for file in changed["gallery"]] == [ids[2], ids[0], ids[1]]


def test_files_left_out_of_the_gallery_go_into_the_trash(admin):
    made = created(admin)
    ids = [file["id"] for file in made["gallery"]]
    assert len(admin.patch(url(made), {"gallery": ids[:1]}).json()["gallery"]) == 1
    assert {str(pk) for pk in Upload.everything.trashed().values_list("pk", flat=True)} == set(ids[1:])
    assert not Usage.objects.filter(upload_id__in=ids[1:]).exists()


def test_a_file_of_another_resource_is_not_in_the_gallery(admin):
    made, other = created(admin), created(admin, "scene")
    answer = admin.patch(url(made), {"gallery": [other["gallery"][0]["id"]]})
    assert problem(answer) == (400, "does_not_exist", "gallery")


def test_files_are_added_and_an_original_takes_the_place_of_the_one_before(admin):
    made = created(admin, roles=("original", "gallery"))
    changed = admin.patch(url(made), {"files": sent_files(admin, ("original", "gallery"))}).json()
    assert len(changed["gallery"]) == 2
    assert changed["gallery"][0] == made["gallery"][0]
    assert changed["original"]["id"] != made["original"]["id"]
    assert Upload.everything.trashed().get().pk.hex == made["original"]["id"].replace("-", "")
    assert not LibraryResourceFile.objects.filter(upload_id=made["original"]["id"]).exists()


def test_a_place_that_is_taken_is_400(admin):
    made = created(admin)
    (file,) = sent_files(admin, ("gallery",))
    answer = admin.patch(url(made), {"files": [{**file, "position": 0}]})
    assert problem(answer) == (400, "repeated_position", "files")


@pytest.mark.parametrize("role", ["Member", "Creator"])
def test_only_those_with_the_right_change_the_library(admin, as_role, role):
    made, client = created(admin), as_role(role)
    assert client.post(LIBRARY, {**SAID["scene"], "files": []}).status_code == 403
    assert client.post(f"{LIBRARY}presign/", {"files": []}).status_code == 403
    assert client.patch(url(made), {"name": "x"}).status_code == 403
    assert client.delete(url(made)).status_code == 403


def test_a_stale_change_is_412(admin):
    made = created(admin)
    stale = admin.get(url(made))["ETag"]
    admin.patch(url(made), {"name": "Nora"})
    assert admin.patch(url(made), {"name": "Ida"}, HTTP_IF_MATCH=stale).status_code == 412


# Deleting


def test_its_files_are_in_use_while_it_is_there(admin):
    made = created(admin, roles=("original",))
    answer = admin.delete(f"/api/v1/uploads/{made['original']['id']}/")
    assert (answer.status_code, code_of(answer)) == (409, "in_use")
    assert answer.json()["errors"][0]["items"][0]["label"] == "Mara"


def test_deleting_it_trashes_its_files_and_restoring_one_brings_all_back(admin, api):
    made = created(admin)
    assert admin.delete(url(made)).status_code == 204
    assert api.get(LIBRARY).json()["count"] == 0
    assert admin.get(url(made)).status_code == 404
    assert not Upload.objects.exists()
    assert not Usage.objects.exists()
    assert api.get(made["original"]["url"].removeprefix("http://testserver")).status_code == 404
    assert admin.post(f"/api/v1/uploads/{made['gallery'][1]['id']}/restore/").status_code == 200
    assert api.get(url(made)).json() == made
    assert Usage.objects.count() == Upload.objects.filter(usage_count=1).count() == len(FULL)


def test_it_goes_into_the_trash_with_its_original(admin):
    made = created(admin)
    assert admin.delete(f"/api/v1/uploads/{made['original']['id']}/?force=true").status_code == 204
    assert admin.get(url(made)).status_code == 404
    assert not Upload.objects.exists()


def test_it_ends_with_its_original(admin, django_capture_on_commit_callbacks):
    made = created(admin)
    admin.delete(url(made))
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.delete(f"/api/v1/uploads/{made['gallery'][0]['id']}/purge/").status_code == 204
    assert LibraryResource.everything.get().files.count() == len(FULL) - 1
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.delete(f"/api/v1/uploads/{made['original']['id']}/purge/").status_code == 204
    assert not LibraryResource.everything.exists()
    assert Upload.everything.trashed().count() == len(FULL) - 2


# What the database holds by itself


@pytest.mark.parametrize(
    "wrong",
    [{"gender": ""}, {"environment": "street"}, {"type": "shoes"}, {"status": "lost"}, {"name": ""}],
)
def test_the_database_refuses_what_no_type_has(admin, wrong):
    created(admin, roles=("original",))
    with pytest.raises(IntegrityError), transaction.atomic():
        LibraryResource.objects.update(**wrong)


@pytest.mark.parametrize("wrong", [{"role": "original", "position": 0}, {"role": "thumbnail", "position": 0}])
def test_the_database_refuses_a_second_original_or_thumbnail(admin, wrong):
    created(admin)
    rows = LibraryResourceFile.objects.filter(role="gallery", position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**wrong)


def test_the_database_refuses_two_files_in_one_place(admin):
    created(admin)
    rows = LibraryResourceFile.objects.filter(role="gallery", position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(position=2)


def test_the_database_refuses_files_of_another_organization(admin, other_organization):
    created(admin, roles=("original",))
    with pytest.raises(IntegrityError), transaction.atomic():
        LibraryResourceFile.objects.update(organization=other_organization)
        connection.check_constraints()


@pytest.mark.s3
def test_on_a_real_s3_server_all_files_go_straight_to_the_assets_bucket(s3_stores, admin, settings):
    settings.ASSETS_URL = "https://s3.example.org/assets"
    made = created(admin, "garment")
    uploads = Upload.objects.in_bulk()
    for file in [made["original"], made["thumbnail"], *made["gallery"]]:
        upload = uploads[UUID(file["id"])]
        assert upload.storage == "assets"
        assert store("assets").stat(upload.key).size == file["size"]
        assert file["url"] == f"https://s3.example.org/assets/{upload.key}"
