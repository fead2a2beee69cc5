"""Large files go in parts, and go on where they were cut off."""

import struct

import pytest

from permissions.choices import Permission
from tests.factories import client_for, make_member, make_organization, make_role
from tests.upload_calls import SESSIONS, code_of, complete, opened, send
from uploads.models import StorageAccount, Upload, UploadSession
from uploads.sessions import create
from uploads.storage import store
from uploads.tests.sessions.calls import REFUSED, assert_nothing_is_left

pytestmark = pytest.mark.django_db(transaction=True)

PART = 5 * 1024 * 1024


def movie(size: int) -> bytes:
    head = struct.pack(">I4s4s4s8s", 24, b"ftyp", b"isom", b"\0\0\0\0", b"isommp42")
    return head + bytes(range(256)) * ((size - 24) // 256) + b"x" * ((size - 24) % 256)


@pytest.fixture
def organization():
    return make_organization("a")


@pytest.fixture
def client(organization):
    return client_for(make_member(organization, "Creator", "o"))


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch, any_store):
    monkeypatch.setattr(create, "part_size_of", lambda size: PART)


def opened_video(client, size=2 * PART + 100) -> dict:
    return opened(client, size=size, type="VIDEO", filename="a.mp4", content_type="video/mp4")


def sign(client, session, *numbers):
    return client.post(f"{SESSIONS}{session['id']}/parts/", {"part_numbers": list(numbers)})


def send_parts(client, session, data, *numbers):
    for part in sign(client, session, *numbers).json():
        start = (part["part_number"] - 1) * PART
        assert send(part["url"], part["headers"], data[start : start + PART]) == 200


def stored(client, session) -> list[tuple[int, int]]:
    return [(p["part_number"], p["size"]) for p in client.get(f"{SESSIONS}{session['id']}/parts/").json()]


# US-01
def test_a_large_file_goes_in_parts_and_goes_on_where_it_was_cut_off(client, organization):
    data = movie(2 * PART + 100)
    session = opened_video(client)
    assert (session["url"], session["multipart"]) == (None, {"part_size": PART, "part_count": 3})
    assert session["expires_in"] > 23 * 3600
    send_parts(client, session, data, 3, 1)
    assert stored(client, session) == [(1, PART), (3, 100)]
    answer = complete(client, session)
    assert (answer.status_code, code_of(answer)) == (409, "not_uploaded")
    assert answer.json()["errors"][0]["items"] == [2]
    send_parts(client, session, data, 2)
    answer = complete(client, session)
    assert answer.status_code == 201, answer.content
    upload = Upload.objects.get()
    assert b"".join(store("media").read(upload.key)) == data
    assert list(store("media").unfinished()) == []
    assert StorageAccount.objects.get(organization=organization, user=None).used == len(data)


def test_parts_may_be_compared_with_what_the_client_sent(client):
    data = movie(2 * PART + 100)
    session = opened_video(client)
    send_parts(client, session, data, 1, 2, 3)
    parts = client.get(f"{SESSIONS}{session['id']}/parts/").json()
    sent = [{"part_number": part["part_number"], "etag": part["etag"]} for part in parts]
    for wrong in (sent[::-1], [{**sent[0], "etag": "x"}], [*sent, {"part_number": 4, "etag": "x"}], [sent[0], sent[0]]):
        answer = complete(client, session, parts=wrong)
        assert (answer.status_code, code_of(answer)) == (400, "invalid_parts")
    assert complete(client, session, parts=sent).status_code == 201


# US-34
@pytest.mark.parametrize("numbers", [[0], [-1], [4], [10_001], ["x"], [], [1] * 1001, [True], [None], "1", None])
def test_parts_that_do_not_exist_are_not_signed(client, numbers):
    session = opened_video(client)
    assert client.post(f"{SESSIONS}{session['id']}/parts/", {"part_numbers": numbers}).status_code == 400


# US-34
def test_more_than_ten_thousand_parts_are_refused(client):
    session = opened_video(client)
    many = [{"part_number": number % 10_000 + 1, "etag": "x"} for number in range(10_001)]
    assert complete(client, session, parts=many).status_code == 400


# US-13
def test_a_part_of_another_length_is_refused(client):
    data = movie(2 * PART + 100)
    session = opened_video(client)
    (part,) = sign(client, session, 3).json()
    assert send(part["url"], part["headers"], data[:50]) in REFUSED
    assert stored(client, session) == []


# US-34
def test_aborting_removes_the_parts(client, organization):
    data = movie(2 * PART + 100)
    session = opened_video(client)
    send_parts(client, session, data, 1)
    (late,) = sign(client, session, 2).json()
    assert client.delete(f"{SESSIONS}{session['id']}/").status_code == 204
    assert list(store("media").unfinished()) == []
    assert send(late["url"], late["headers"], data[PART : 2 * PART]) in (403, 404)
    assert code_of(sign(client, session, 2)) == "session_over"
    assert_nothing_is_left(organization)


# US-17
def test_a_large_file_that_is_no_video_is_removed(client, organization):
    data = b"\x7fELF" + movie(2 * PART + 100)[4:]
    session = opened_video(client)
    send_parts(client, session, data, 1, 2, 3)
    assert code_of(complete(client, session)) == "content_mismatch"
    assert_nothing_is_left(organization)


# US-30
def test_a_completion_that_was_cut_off_after_joining_goes_on(client):
    data = movie(2 * PART + 100)
    session = opened_video(client)
    send_parts(client, session, data, 1, 2, 3)
    row = UploadSession.objects.get()
    target = store(row.storage)
    target.complete_multipart(row.key, row.multipart_id, target.list_parts(row.key, row.multipart_id))
    assert stored(client, session) == [(1, PART), (2, PART), (3, 100)]
    assert complete(client, session).status_code == 201


# PM-11
def test_nothing_is_signed_for_who_may_no_longer_upload(client, organization):
    session = opened_video(client)
    UploadSession.objects.get().user.memberships.update(role=make_role(organization, Permission.MEDIA_VIEW))
    assert sign(client, session, 1).status_code == 403


def test_a_file_sent_in_one_piece_has_no_parts(client, monkeypatch):
    monkeypatch.undo()
    session = opened_video(client, size=1000)
    answer = sign(client, session, 1)
    assert (answer.status_code, code_of(answer)) == (400, "not_multipart")


@pytest.mark.parametrize("size", [100 * 1024**2 + 1, 5 * 1024**3, 1024**4])
def test_parts_are_equal_at_least_five_mebibytes_and_never_too_many(monkeypatch, size):
    monkeypatch.undo()
    part_size = create.part_size_of(size)
    assert 5 * 1024**2 <= part_size <= 5 * 1024**3
    assert -(-size // part_size) <= 10_000


def test_small_files_go_in_one_piece(monkeypatch):
    monkeypatch.undo()
    assert create.part_size_of(100 * 1024**2) is None
