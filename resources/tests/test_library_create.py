"""Library resources are made of all their files, or not at all."""

import pytest

from resources.models import LibraryResource
from tests.factories import client_for, make_member
from tests.jobs import run_pending_jobs
from tests.library import FULL, LIBRARY, SAID, address, created, png, presigned, refusal, sent_files
from tests.upload_calls import send
from uploads.models import Upload, UploadSession

pytestmark = pytest.mark.django_db


UNKNOWN = "01890000-0000-7000-8000-000000000000"


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
    assert refusal(answer) == (400, "unsupported_media_type", "files.1.content_type")
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
    assert refusal(answer) == (400, *wrong)
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
    assert refusal(answer) == (400, code, "files")


def test_nothing_is_made_while_one_of_eleven_files_is_missing_and_all_is_once_it_came(any_store, admin):
    sessions = presigned(admin, ("original", *["gallery"] * 10))
    for n, session in enumerate(sessions[:10]):
        assert send(session["url"], session["headers"], png(n)) == 200
    body = {**SAID["model"], "files": [{"role": s["role"], "upload_session": s["id"]} for s in sessions]}
    answer = admin.post(LIBRARY, body)
    assert refusal(answer) == (409, "not_uploaded", "files.10.upload_session")
    assert not LibraryResource.everything.exists()
    assert not Upload.everything.exists()
    assert set(UploadSession.objects.values_list("state", flat=True)) == {"open"}
    assert send(sessions[10]["url"], sessions[10]["headers"], png(10)) == 200
    assert len(admin.post(LIBRARY, body).json()["gallery"]) == 10


def test_a_wrong_file_fails_alone_and_another_one_takes_its_place(any_store, admin):
    sessions = presigned(admin, ("original", "gallery"))
    assert send(sessions[0]["url"], sessions[0]["headers"], png(0)) == 200
    assert send(sessions[1]["url"], sessions[1]["headers"], b"x" * sessions[1]["size"]) == 200
    files = [{"role": s["role"], "upload_session": s["id"]} for s in sessions]
    answer = admin.post(LIBRARY, {**SAID["model"], "files": files})
    assert refusal(answer) == (400, "content_mismatch", "files.1.upload_session")
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
    assert refusal(answer) == (409, "already_used", "files")
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("session", [UNKNOWN, "nonsense"])
def test_sessions_that_do_not_exist_are_400(admin, session):
    answer = admin.post(LIBRARY, {**SAID["scene"], "files": [{"role": "original", "upload_session": session}]})
    assert refusal(answer) == (400, "does_not_exist", "files.0.upload_session")


def test_the_session_of_another_user_does_not_exist(admin, organization):
    other = client_for(make_member(organization, "Administrator"))
    answer = admin.post(LIBRARY, {**SAID["scene"], "files": sent_files(other, ("original",))})
    assert refusal(answer) == (400, "does_not_exist", "files.0.upload_session")


def test_a_thumbnail_is_made_of_the_original_where_none_was_given(admin, api):
    made = created(admin, roles=("original",))
    assert made["thumbnail"] is None
    run_pending_jobs("make_renditions")
    thumbnail = api.get(address(made)).json()["thumbnail"]
    assert (thumbnail["id"], thumbnail["mime_type"]) == (made["original"]["id"], "image/webp")
    answer = api.get(thumbnail["url"].removeprefix("http://testserver"))
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
