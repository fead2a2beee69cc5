"""The way in: announced, sent, checked, and only then a file."""

import io
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from permissions.choices import Permission, Visibility
from tests.factories import client_for, make_member, make_organization, make_role, make_user
from tests.uploading import SESSIONS, announce, code_of, complete, jpeg, opened, send, sent
from uploads.choices import JobState, SessionState, UploadType
from uploads.models import Job, StorageAccount, StorageDeletion, Tag, Upload, UploadSession
from uploads.services.opening import MAX_OPEN, MIB
from uploads.services.sessions import expire_sessions
from uploads.storage import store

pytestmark = pytest.mark.django_db(transaction=True)


REFUSED = (400, 403)  # by the disk store, which says why, or by S3, whose signature no longer fits


@pytest.fixture
def organization():
    return make_organization("a")


@pytest.fixture
def member(organization):
    return make_member(organization, "Creator", "o")


@pytest.fixture
def client(member):
    return client_for(member)


def assert_nothing_is_left(organization):
    """No row, no byte, no reservation."""
    assert Upload.everything.count() == 0
    assert [stored.key for stored in store("media").walk()] == []
    accounts = StorageAccount.objects.filter(organization=organization)
    assert {(account.used, account.reserved) for account in accounts} <= {(0, 0)}


# US-01
def test_an_announced_and_sent_file_becomes_an_upload(any_store, client, member, organization):
    data = jpeg()
    session = sent(client, data)
    assert session["state"] == "open"
    assert (session["method"], session["bucket"], session["multipart"]) == ("PUT", store("media").bucket_name, None)
    assert session["key"] == f"{organization.pk}/uploads/{session['id']}/original.jpg"
    assert 890 < session["expires_in"] <= 900
    answer = complete(client, session, title=" Café ", tags=["Sea", "sea ", "Été"], category="trips", alt_text="waves")
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert shown["id"] == session["id"]
    assert (shown["size"], shown["mime_type"], shown["width"], shown["height"]) == (len(data), "image/jpeg", 64, 48)
    assert shown["checksum_sha256"] == b64encode(sha256(data).digest()).decode()
    assert (shown["title"], shown["tags"], shown["category"]) == ("Café", ["Sea", "Été"], "trips")
    assert (shown["visibility"], shown["uploaded_by"]["id"]) == ("PRIVATE", str(member.pk))
    upload = Upload.objects.get()
    assert "café" in upload.search_text
    assert "été" in upload.search_text
    assert b"".join(store("media").read(upload.key)) == data
    account = StorageAccount.objects.get(organization=organization, user=member)
    assert (account.used, account.reserved) == (len(data), 0)
    assert Job.objects.get(kind="make_renditions", state=JobState.QUEUED).subject == session["id"]


# US-02
@pytest.mark.parametrize(
    "field", ["id", "key", "bucket", "path", "expires_at", "organization", "uploaded_by", "storage", "state"]
)
def test_the_client_chooses_neither_id_nor_place(client, field):
    answer = announce(client, b"x", **{field: "x"})
    assert (answer.status_code, code_of(answer)) == (400, "unknown_field")
    assert UploadSession.objects.count() == 0


# US-14
@pytest.mark.parametrize("size", [2**31, 5 * 1024**3 + 1, 2**63, 10**30, -1, 1.5, "1e9", True, None, [], "", "x"])
@pytest.mark.parametrize("kind", [("IMAGE", "image/jpeg"), ("VIDEO", "video/mp4")])
def test_a_size_that_is_none_or_too_large_is_refused(client, size, kind):
    if size == 2**31 and kind[0] == "VIDEO":
        return  # two gibibytes of video are welcome
    answer = announce(client, type=kind[0], content_type=kind[1], size=size)
    assert answer.status_code == 400
    assert UploadSession.objects.count() == 0


# US-13
def test_an_empty_file_is_refused(client):
    answer = announce(client, size=0)
    assert (answer.status_code, code_of(answer)) == (400, "empty_file")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"content_type": "image/svg+xml"}, "unsupported_media_type"),
        ({"content_type": "text/html"}, "unsupported_media_type"),
        ({"content_type": "video/mp4"}, "unsupported_media_type"),
        ({"type": "AVATAR", "content_type": "image/gif"}, "unsupported_media_type"),
        ({"size": 50 * MIB + 1}, "file_too_large"),
        ({"type": "AVATAR", "size": 5 * MIB + 1}, "file_too_large"),
        ({"filename": ""}, "invalid_filename"),
        ({"filename": " .. "}, "invalid_filename"),
        ({"filename": "a.php.jpg"}, "invalid_filename"),
        ({"filename": "a.jpg.php"}, "invalid_filename"),
        ({"filename": "page.html"}, "invalid_filename"),
        ({"checksum_sha256": "abc"}, "invalid_checksum"),
        ({"type": "NONSENSE"}, "invalid_choice"),
    ],
)
def test_what_may_not_come_in_is_refused_by_name(client, fields, code):
    answer = announce(client, **{"size": 10, **fields})
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert UploadSession.objects.count() == 0


# US-19 US-21 US-22
@pytest.mark.parametrize(
    "filename",
    [
        "../../etc/passwd.jpg",
        "..%2f..%2fevil.jpg",
        "....//evil.jpg",
        "..\\..\\evil.jpg",
        "\uff0f\uff0fevil.jpg",
        "/absolute.jpg",
        "CON.jpg",
        "-rf",
        "a.JpG",
        "x" * 300 + ".jpg",
        "\U0001f600" * 100 + ".jpg",
        "a\r\nSet-Cookie: x.jpg",
    ],
)
def test_a_clients_name_is_display_text_and_never_part_of_a_key(client, filename):
    session = opened(client, size=10, filename=filename)
    assert session["key"].endswith(f"/{session['id']}/original.jpg")
    assert len(session["filename"].encode()) <= 255
    assert not {"/", "\\", "\n", "\r"} & set(session["filename"])


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
        ("DOCUMENT", "text/plain", b"<!DOCTYPE html><p>hello"),
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


# US-07 TI-13
def test_somebody_elses_session_does_not_exist(client, organization):
    data = jpeg()
    session = sent(client, data)
    other = make_organization("b")
    unknown = f"{SESSIONS}01900000-0000-7000-8000-000000000000/"
    for stranger in (make_member(organization), make_member(organization, "Administrator"), make_member(other)):
        theirs = client_for(stranger)
        mine = f"{SESSIONS}{session['id']}/"
        assert theirs.get(mine).content == theirs.get(unknown).content
        for method, path, body in (
            ("get", "", None),
            ("delete", "", None),
            ("get", "parts/", None),
            ("post", "parts/", {"part_numbers": [1]}),
            ("post", "complete/", {}),
        ):
            answer = getattr(theirs, method)(mine + path, body)
            assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert Upload.everything.count() == 0
    assert complete(client, session).status_code == 201


def test_an_anonymous_caller_has_no_sessions(client):
    session = opened(client, size=10)
    anonymous = APIClient()
    assert announce(anonymous, size=10).status_code == 401
    assert anonymous.get(f"{SESSIONS}{session['id']}/").status_code == 401
    assert complete(anonymous, session).status_code == 401


# US-07 PM-11
def test_a_permission_lost_since_opening_stops_the_completion(client, member, organization):
    session = sent(client, jpeg())
    role = make_role(organization, Permission.MEDIA_VIEW)
    member.memberships.update(role=role)
    assert complete(client, session).status_code == 403
    assert announce(client, size=10).status_code == 403
    assert Upload.everything.count() == 0
    assert client.delete(f"{SESSIONS}{session['id']}/").status_code == 204
    assert_nothing_is_left(organization)


# PM-02
def test_who_may_only_upload_sees_the_own_session(organization):
    client = client_for(make_user("", make_role(organization, Permission.MEDIA_UPLOAD)))
    session = sent(client, jpeg())
    assert client.get(f"{SESSIONS}{session['id']}/").json()["state"] == "open"
    assert complete(client, session).status_code == 201
    shown = client.get(f"{SESSIONS}{session['id']}/").json()
    assert (shown["state"], shown["upload"], shown["url"]) == ("completed", session["id"], None)


# US-11 VM-08
def test_an_expired_session_is_gone_with_its_bytes_and_quota(any_store, client, organization):
    session = sent(client, jpeg())
    UploadSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = complete(client, session)
    assert (answer.status_code, code_of(answer)) == (410, "session_expired")
    assert_nothing_is_left(organization)
    assert client.get(f"{SESSIONS}{session['id']}/").json()["state"] == "expired"
    assert complete(client, session).status_code == 410


# US-11
def test_expiring_ends_what_is_due_and_nothing_else(client, organization):
    due, alive = sent(client, jpeg()), sent(client, jpeg())
    UploadSession.objects.filter(pk=due["id"]).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert expire_sessions() == 1
    assert expire_sessions() == 0
    assert [stored.key for stored in store("media").walk()] == [alive["key"]]
    assert StorageAccount.objects.get(organization=organization, user=None).reserved == alive["size"]


def test_aborting_removes_what_was_stored_and_may_be_repeated(any_store, client, organization):
    session = sent(client, jpeg())
    for _ in range(2):
        assert client.delete(f"{SESSIONS}{session['id']}/").status_code == 204
    assert_nothing_is_left(organization)
    assert code_of(complete(client, session)) == "session_over"


# US-34
def test_a_completed_session_cannot_be_aborted(client):
    session = sent(client, jpeg())
    complete(client, session)
    answer = client.delete(f"{SESSIONS}{session['id']}/")
    assert (answer.status_code, code_of(answer)) == (400, "session_over")
    assert store("media").stat(session["key"])


# US-33
def test_a_user_has_a_hundred_open_sessions_at_most(client, organization):
    for _ in range(MAX_OPEN):
        opened(client, size=10)
    answer = announce(client, size=10)
    assert answer.status_code == 429
    assert opened(client_for(make_member(organization)), size=10)


# US-32
def test_a_file_that_does_not_fit_into_the_quota_is_refused(client, organization):
    organization.storage_quota, organization.user_quota = 100, 60
    organization.save()
    opened(client, size=50)
    answer = announce(client, size=11)
    assert (answer.status_code, code_of(answer)) == (403, "quota_exceeded")
    assert UploadSession.objects.count() == 1
    assert opened(client_for(make_member(organization)), size=50)
    assert announce(client_for(make_member(organization)), size=1).status_code == 403


# US-12
def test_an_idempotency_key_opens_one_session(client, organization):
    body = {"type": "IMAGE", "filename": "a.jpg", "content_type": "image/jpeg", "size": 10}
    headers = {"Idempotency-Key": "k1"}
    first, second = (client.post(SESSIONS, body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    answer = client.post(SESSIONS, {**body, "size": 11}, headers=headers)
    assert (answer.status_code, code_of(answer)) == (422, "idempotency_mismatch")
    other = client_for(make_member(organization)).post(SESSIONS, body, headers=headers)
    assert other.json()["id"] != first.json()["id"]
    assert StorageAccount.objects.get(organization=organization, user=None).reserved == 20


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


def test_every_type_has_its_sessions(client):
    types = {"VIDEO": "video/mp4", "AUDIO": "audio/mpeg", "DOCUMENT": "application/pdf"}
    for kind in UploadType.values:
        opened(client, size=10, type=kind, content_type=types.get(kind, "image/jpeg"), filename="name")
