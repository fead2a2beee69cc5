"""Addresses for PUTs die with the session that they were signed for."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from tests.factories import make_upload
from tests.upload_calls import SESSIONS, complete, jpeg, opened, send, sent
from uploads.choices import SessionState
from uploads.kinds import KINDS
from uploads.models import StorageAccount, UploadSession
from uploads.names import is_session_key, object_key
from uploads.sessions import create
from uploads.sessions.receive.reception import Reception
from uploads.storage import store
from uploads.storage.disk.incoming import Incoming

pytestmark = pytest.mark.django_db

PHOTO = jpeg()


def abort(client, session):
    assert client.delete(f"{SESSIONS}{session['id']}/").status_code == 204


def fail(client, session):
    """Complete with bytes that are no picture, through an address that is still good."""
    assert send(session["url"], session["headers"], b"x" * len(PHOTO)) == 200
    assert complete(client, session).status_code == 400


def expire(client, session):
    UploadSession.objects.filter(pk=session["id"]).update(expires_at=timezone.now() - timedelta(seconds=1))


def forget(client, session):
    UploadSession.objects.filter(pk=session["id"]).delete()


ENDS = pytest.mark.parametrize("end", [abort, fail, expire, forget])


def parts_of(client, session, *numbers):
    return client.post(f"{SESSIONS}{session['id']}/parts/", {"part_numbers": list(numbers)}).json()


def stored():
    return [each.key for each in store("media").walk()]


# FA-B6
@ENDS
def test_an_address_dies_with_its_session(client, end, django_capture_on_commit_callbacks):
    session = opened(client, PHOTO)
    with django_capture_on_commit_callbacks(execute=True):
        end(client, session)
    assert send(session["url"], session["headers"], PHOTO) == 403
    assert stored() == []


# FA-B6
@pytest.mark.parametrize("end", [abort, expire, forget])
def test_the_addresses_of_parts_die_as_well(client, end, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(create, "part_size_of", lambda size: 1000)
    session = opened(client, size=2500, type="VIDEO", filename="a.mp4", content_type="video/mp4")
    part = parts_of(client, session, 1)[0]
    with django_capture_on_commit_callbacks(execute=True):
        end(client, session)
    assert send(part["url"], part["headers"], b"x" * 1000) == 404


# FA-B6
@pytest.mark.parametrize("end", [abort, expire, forget])
@pytest.mark.parametrize("step", ["settle", "keep"])
def test_a_body_that_was_under_way_is_not_kept(client, end, step, monkeypatch, django_capture_on_commit_callbacks):
    """The session ends between the last byte and the object, or right after the object is there."""
    session = opened(client, PHOTO)
    original = getattr(Incoming, step)

    def ended_after(self):
        result = original(self)
        with django_capture_on_commit_callbacks(execute=True):
            end(client, session)
        return result

    monkeypatch.setattr(Incoming, step, ended_after)
    assert send(session["url"], session["headers"], PHOTO) == 403
    assert stored() == []


# FA-B6
def test_a_part_that_was_under_way_is_not_kept(client, monkeypatch, stores, django_capture_on_commit_callbacks):
    monkeypatch.setattr(create, "part_size_of", lambda size: 1000)
    session = opened(client, size=2500, type="VIDEO", filename="a.mp4", content_type="video/mp4")
    part = parts_of(client, session, 1)[0]
    original = Incoming.keep

    def ended_after(self):
        etag = original(self)
        with django_capture_on_commit_callbacks(execute=True):
            abort(client, session)
        return etag

    monkeypatch.setattr(Incoming, "keep", ended_after)
    assert send(part["url"], part["headers"], b"x" * 1000) == 404
    assert [path for path in stores.rglob("*") if path.is_file()] == []


# FA-B6
def test_late_bodies_never_take_more_than_the_quota(client, organization, django_capture_on_commit_callbacks):
    organization.storage_quota = len(PHOTO)
    organization.save()
    sessions = []
    for _ in range(5):
        sessions.append(opened(client, PHOTO))
        with django_capture_on_commit_callbacks(execute=True):
            abort(client, sessions[-1])
    assert {send(session["url"], session["headers"], PHOTO) for session in sessions} == {403}
    assert stored() == []
    assert StorageAccount.objects.get(organization=organization, user=None).reserved == 0


# FA-B6
def test_the_address_of_a_completed_session_is_taken_even_where_its_file_is_gone(client):
    session = sent(client, PHOTO)
    assert complete(client, session).status_code == 201
    assert send(session["url"], session["headers"], PHOTO) == 412
    store("media").remove([session["key"]])
    assert send(session["url"], session["headers"], PHOTO) == 412
    assert stored() == []


# FA-B6
def test_the_address_of_a_replacement_dies_with_its_session_too(client, member, organization):
    upload = make_upload(member, organization, content=PHOTO)
    session = opened(client, PHOTO)
    body = {"upload_session": session["id"]}
    answer = client.post(f"/api/v1/uploads/{upload.pk}/replace/", body)
    assert answer.status_code == 409
    abort(client, session)
    assert send(session["url"], session["headers"], PHOTO) == 403


def test_a_session_that_completes_at_once_keeps_what_was_just_stored(client, monkeypatch):
    session = opened(client, PHOTO)
    original = Incoming.keep

    def completed_after(self):
        etag = original(self)
        UploadSession.objects.filter(pk=session["id"]).update(state=SessionState.COMPLETED, ended_at=timezone.now())
        return etag

    monkeypatch.setattr(Incoming, "keep", completed_after)
    assert send(session["url"], session["headers"], PHOTO) == 200
    assert stored() == [session["key"]]


def go_silent_after_keeping(monkeypatch):
    """The database answers no more once the bytes have their name."""
    original = Incoming.keep

    def silent(**_):
        raise OperationalError

    def silent_after(self):
        etag = original(self)
        monkeypatch.setattr("uploads.sessions.receive.reception.state_of_key", silent)
        return etag

    monkeypatch.setattr(Incoming, "keep", silent_after)


# FA-B6, FA-C2
def test_a_database_that_does_not_answer_takes_back_nothing_that_was_stored(client, monkeypatch):
    session = opened(client, PHOTO)
    go_silent_after_keeping(monkeypatch)
    with pytest.raises(OperationalError):
        send(session["url"], session["headers"], PHOTO)
    assert stored() == [session["key"]]


# FA-B6, FA-C2
def test_a_database_that_does_not_answer_at_one_part_leaves_all_of_them(client, monkeypatch):
    monkeypatch.setattr(create, "part_size_of", lambda size: 1000)
    session = opened(client, size=2500, type="VIDEO", filename="a.mp4", content_type="video/mp4")
    first, second = parts_of(client, session, 1, 2)
    assert send(first["url"], first["headers"], b"x" * 1000) == 200
    go_silent_after_keeping(monkeypatch)
    with pytest.raises(OperationalError):
        send(second["url"], second["headers"], b"x" * 1000)
    parts = client.get(f"{SESSIONS}{session['id']}/parts/").json()
    assert [part["part_number"] for part in parts] == [1, 2]


# FA-B6
@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_every_key_that_a_session_is_given_is_known_as_one(kind, organization):
    key = object_key(
        kind,
        organization=organization.pk,
        object_id=organization.pk,
        content_type=next(iter(kind.extensions)),
        filename="a b.c",
        folder="general" if "{folder}" in kind.layout else "",
    )
    assert is_session_key(key)


def test_steps_of_a_reception_that_never_began_can_be_ended():
    reception = Reception(method="PUT", address="media/x", query="", content_type="", length="1")
    reception.close()
    assert not reception.is_open
