"""Small files come in by one form, through the same checks."""

import os
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from permissions.choices import Permission
from tests.factories import client_for, make_member, make_organization, make_role, make_user
from tests.upload_calls import code_of, jpeg
from uploads.models import Upload, UploadSession
from uploads.storage import store
from uploads.tests.sessions.calls import assert_nothing_is_left

pytestmark = pytest.mark.django_db(transaction=True)

UPLOADS = "/api/v1/uploads/"


@pytest.fixture
def organization():
    return make_organization("a")


@pytest.fixture
def client(organization):
    return client_for(make_member(organization, "Creator", "o"))


def submit(client, data, name="photo.jpg", content_type="image/jpeg", **fields):
    file = SimpleUploadedFile(name, data, content_type)
    return client.post(UPLOADS, {"type": "IMAGE", "file": file, **fields}, format="multipart")


# US-01
def test_a_form_makes_an_upload(any_store, client):
    data = jpeg()
    answer = submit(client, data, title="Sea", tags=["a", "b"], visibility="PUBLIC")
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["title"], shown["tags"], shown["visibility"]) == ("Sea", ["a", "b"], "PUBLIC")
    assert (shown["original_filename"], shown["width"]) == ("photo.jpg", 64)
    assert b"".join(store("media").read(Upload.objects.get().key)) == data
    assert UploadSession.objects.get().state == "completed"


# FA-D1
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467.jpg", None),  # a family, joined
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.jpg", None),
        ("R&amp;D.jpg", None),
        ("C:\\fakepath\\photo.jpg", "photo.jpg"),
        ("photo.jpg.", "photo.jpg"),
    ],
)
def test_a_form_keeps_the_name_as_a_session_does(client, sent, shown):
    answer = submit(client, jpeg(), name=sent, content_type="")
    assert answer.json()["original_filename"] == (shown or sent), answer.content


def test_a_client_that_does_not_know_the_type_is_helped_by_the_name(client):
    assert submit(client, jpeg(), content_type="application/octet-stream").json()["mime_type"] == "image/jpeg"


# US-17 PM-13
def test_a_page_called_photo_jpg_leaves_nothing(any_store, client, organization):
    answer = submit(client, b"<html><script>alert(1)</script>")
    assert (answer.status_code, code_of(answer)) == (400, "content_mismatch")
    assert_nothing_is_left(organization)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "a.php"}, "invalid_filename"),
        ({"content_type": "text/html", "name": "a.jpg"}, "unsupported_media_type"),
        ({"data": b""}, "empty_file"),
        ({"type": "NONSENSE"}, "invalid_choice"),
        ({"key": "x"}, "unknown_field"),
        ({"uploaded_by": "x"}, "unknown_field"),
        ({"visibility": "x"}, "invalid_choice"),
        ({"allowed_roles": ["01900000-0000-7000-8000-000000000000"]}, "does_not_exist"),
        ({"title": "x" * 201}, "max_length"),
    ],
)
def test_what_may_not_come_in_is_refused_and_leaves_nothing(client, organization, change, code):
    answer = submit(client, **{"data": jpeg(), **change})
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert_nothing_is_left(organization)


@pytest.mark.parametrize("body", [{}, {"type": "IMAGE"}, {"type": "IMAGE", "file": "text"}])
def test_a_form_without_a_file_is_refused(client, body):
    answer = client.post(UPLOADS, body, format="multipart")
    assert answer.status_code == 400


def test_json_is_no_form(client):
    assert client.post(UPLOADS, {"type": "IMAGE"}).status_code == 415


def test_a_form_that_is_too_large_is_told_about_sessions(client, organization, settings):
    settings.MAX_FORM_UPLOAD_SIZE = 1000
    answer = submit(client, jpeg((2000, 2000)))
    assert answer.status_code == 413
    assert "/api/v1/upload-sessions/" in answer.json()["errors"][0]["detail"]
    assert submit(client, os.urandom(3 * 1024**2)).status_code == 413
    assert_nothing_is_left(organization)


def test_the_size_limit_does_not_rely_on_the_content_length(client, settings):
    settings.MAX_FORM_UPLOAD_SIZE = 500
    assert submit(client, jpeg()).status_code == 413


def test_the_quota_holds_for_forms_too(client, organization):
    organization.storage_quota = 10
    organization.save()
    assert code_of(submit(client, jpeg())) == "quota_exceeded"


# PM-13
def test_forms_need_the_permission_too(organization):
    nobody = client_for(make_user("", make_role(organization, Permission.MEDIA_VIEW)))
    assert submit(nobody, jpeg()).status_code == 403
    assert submit(client_for(), jpeg()).status_code == 401
    assert Upload.everything.count() == 0


# US-36
def test_forms_with_thousands_of_fields_or_hundreds_of_files_are_refused(client):
    fields = {f"field{number}": "x" for number in range(10_000)}
    assert client.post(UPLOADS, fields, format="multipart").status_code == 400
    files = {f"file{number}": SimpleUploadedFile("a.jpg", b"x") for number in range(200)}
    assert client.post(UPLOADS, files, format="multipart").status_code == 400


def test_a_body_that_is_no_form_is_refused(client):
    answer = client.post(UPLOADS, b"nonsense", content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400
    assert client.post(UPLOADS, b"nonsense", content_type="multipart/form-data").status_code == 400


# US-36
def test_a_file_is_never_held_in_memory(client, monkeypatch):
    held = []
    monkeypatch.setattr(
        TemporaryFileUploadHandler,
        "file_complete",
        lambda self, size: held.append(type(self.file).__name__) or (self.file.seek(0), self.file)[1],
    )
    tracemalloc.start()
    submit(client, jpeg())
    tracemalloc.stop()
    assert held == ["TemporaryUploadedFile"]
