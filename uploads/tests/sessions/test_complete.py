"""What was sent is what was announced, or nothing is left of it."""

import io
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from permissions.choices import Permission, Visibility
from tests.factories import make_organization, make_role
from tests.upload_calls import SESSIONS, code_of, complete, jpeg, opened, send, sent
from uploads.choices import SessionState
from uploads.models import Job, StorageDeletion, Tag, Upload, UploadSession
from uploads.storage import store
from uploads.tests.inspection.contents import GENUINE, picture
from uploads.tests.sessions.calls import REFUSED, assert_nothing_is_left

pytestmark = pytest.mark.django_db(transaction=True)


# US-03
def test_completing_before_sending_may_be_tried_again(any_store, client):
    data = jpeg()
    session = opened(client, data)
    answer = complete(client, session)
    assert (answer.status_code, code_of(answer)) == (409, "not_uploaded")
    again = client.get(f"{SESSIONS}{session['id']}/").json()
    assert send(again["url"], again["headers"], data) == 200
    assert complete(client, session).status_code == 201


# US-04
def test_completing_twice_answers_the_same_upload(any_store, client):
    session = sent(client, jpeg())
    first, second = complete(client, session), complete(client, session, title="other")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Upload.everything.count() == 1
    assert Job.objects.filter(kind="make_renditions").count() == 1


# US-08
def test_a_sent_object_cannot_be_overwritten_and_a_changed_address_does_nothing(any_store, client):
    data = jpeg()
    session = sent(client, data)
    assert send(session["url"], session["headers"], data[::-1]) == 412
    assert send(session["url"][:-2] + "x", session["headers"], data) == 403


# US-13
@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"x", lambda data: b""])
def test_more_or_fewer_bytes_than_announced_leave_nothing(any_store, client, organization, change):
    data = jpeg()
    session = opened(client, data)
    assert send(session["url"], session["headers"], change(data)) in REFUSED
    assert complete(client, session).status_code == 409
    assert Upload.everything.count() == 0
    assert list(store("media").walk()) == []


# US-13: a store that does not keep to its own signature
def test_the_stores_word_on_the_size_counts(any_store, client, organization):
    data = jpeg()
    session = opened(client, data)
    store("media").put(session["key"], io.BytesIO(data + b"more"), content_type="image/jpeg")
    answer = complete(client, session)
    assert (answer.status_code, code_of(answer)) == (400, "content_mismatch")
    assert_nothing_is_left(organization)


# US-16
def test_other_bytes_than_the_checksum_says_are_refused(any_store, client, organization):
    data = jpeg()
    session = opened(client, data, checksum_sha256=b64encode(sha256(b"other").digest()).decode())
    assert send(session["url"], session["headers"], data) in REFUSED
    store("media").put(session["key"], io.BytesIO(data), content_type="image/jpeg")
    answer = complete(client, session)
    assert (answer.status_code, code_of(answer)) == (400, "content_mismatch")
    assert_nothing_is_left(organization)


# US-17
@pytest.mark.parametrize(
    ("kind", "content_type", "data"),
    [
        ("IMAGE", "image/jpeg", b"<html><script>alert(1)</script></html>"),
        ("IMAGE", "image/png", b"<svg onload=alert(1) xmlns='http://www.w3.org/2000/svg'/>"),
        ("VIDEO", "video/mp4", b"\x7fELF" + b"\0" * 200),
        ("DOCUMENT", "application/pdf", b"PK\3\4" + b"\0" * 200),
        ("DOCUMENT", "text/plain", b"\x7fELF" + b"\0" * 200),
    ],
)
def test_bytes_that_are_not_what_was_announced_are_removed(any_store, client, organization, kind, content_type, data):
    session = sent(client, data, type=kind, content_type=content_type, filename="photo.jpg")
    answer = complete(client, session)
    assert (answer.status_code, code_of(answer)) == (400, "content_mismatch")
    assert_nothing_is_left(organization)
    row = UploadSession.objects.get()
    assert (row.state, row.failure) == (SessionState.FAILED, "content_mismatch")
    assert code_of(complete(client, session)) == "content_mismatch"
    assert StorageDeletion.objects.get().not_before > timezone.now() + timedelta(minutes=15)


# PM-10 VM-04 VM-11
def test_allowed_roles_are_roles_of_the_organization_held_or_not(client, organization):
    foreign = make_organization("b").roles.first()
    session = sent(client, jpeg())
    for roles in ([str(foreign.pk)], ["01900000-0000-7000-8000-000000000000"], ["nonsense"]):
        answer = complete(client, session, visibility="ROLE_BASED", allowed_roles=roles)
        assert answer.status_code == 400
        assert answer.json()["errors"][0] == {
            "code": "does_not_exist",
            "detail": "Object does not exist.",
            "attr": "allowed_roles",
        }
    assert Upload.everything.count() == 0
    role = make_role(organization, Permission.MEDIA_VIEW)
    shown = complete(client, session, visibility="ROLE_BASED", allowed_roles=[str(role.pk)]).json()
    assert (shown["visibility"], shown["allowed_roles"]) == ("ROLE_BASED", [str(role.pk)])
    empty = complete(client, sent(client, jpeg()), visibility="ROLE_BASED", allowed_roles=[])
    assert (empty.status_code, empty.json()["allowed_roles"]) == (201, [])


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x" * 201},
        {"tags": ["x" * 51]},
        {"tags": ["x"] * 51},
        {"tags": [["x"]]},
        {"tags": "x"},
        {"visibility": "nobody"},
        {"size": 1},
        {"uploaded_by": "x"},
        {"title": "a\0b"},
        {"parts": [{"part_number": 0, "etag": "x"}]},
    ],
)
def test_bad_details_are_refused_and_the_session_stays_open(client, body):
    session = sent(client, jpeg())
    assert complete(client, session, **body).status_code == 400
    assert UploadSession.objects.get().is_open
    assert complete(client, session).status_code == 201


# TI-11
def test_tags_are_made_on_first_use_in_ones_own_organization(client, organization):
    other = make_organization("b")
    foreign = Tag.objects.create(organization=other, name="Sea", slug="sea")
    assert complete(client, sent(client, jpeg()), tags=["SEA"]).json()["tags"] == ["SEA"]
    assert complete(client, sent(client, jpeg()), tags=["sea"]).json()["tags"] == ["SEA"]
    assert Tag.objects.exclude(pk=foreign.pk).get().organization == organization


def test_library_files_are_public_and_stay_so(any_store, client):
    data = jpeg()
    session = sent(client, data, type="LIBRARY")
    assert session["bucket"] == store("assets").bucket_name
    answer = complete(client, session, visibility="PRIVATE")
    assert (answer.status_code, code_of(answer)) == (400, "visibility_is_fixed")
    assert complete(client, session).json()["visibility"] == Visibility.PUBLIC


# FA-D1 FA-D2 FA-D3 FA-D4
@pytest.mark.parametrize(
    ("kind", "filename", "announced", "data", "mime_type", "encoding"),
    [
        ("IMAGE", "a.svg.png", "", picture("PNG"), "image/png", None),
        ("IMAGE", "photo.jpg", "image/jpeg", picture("PNG"), "image/png", None),
        ("VIDEO", "clip.mp4", "video/mp4", GENUINE["video/quicktime"], "video/quicktime", None),
        ("AUDIO", "note.m4a", "audio/m4a", GENUINE["audio/mp4"], "audio/mp4", None),
        ("DOCUMENT", "a.csv", "application/vnd.ms-excel", "größe;1\n".encode("cp1252"), "text/csv", "windows-1252"),
        ("DOCUMENT", "README.md", "text/markdown", b'<p align="center">\n', "text/plain", "utf-8"),
        ("DOCUMENT", "a.txt", "application/octet-stream", "größe".encode("utf-16"), "text/plain", "utf-16le"),
        ("DOCUMENT", "old.doc", "", GENUINE["application/msword"], "application/msword", None),
    ],
)
def test_the_bytes_say_what_a_file_is(client, kind, filename, announced, data, mime_type, encoding):
    session = sent(client, data, type=kind, content_type=announced, filename=filename)
    answer = complete(client, session)
    upload = answer.json()
    assert (answer.status_code, upload["mime_type"], upload["original_filename"]) == (201, mime_type, filename)
    assert upload["metadata"].get("encoding") == encoding
