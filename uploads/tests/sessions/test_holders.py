"""Whose session it is, and how it ends without a file."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from permissions.choices import Permission
from tests.factories import client_for, make_member, make_organization, make_role, make_user
from tests.upload_calls import SESSIONS, announce, code_of, complete, jpeg, opened, sent
from uploads.models import StorageAccount, Upload, UploadSession
from uploads.sessions.expire import expire_sessions
from uploads.storage import store
from uploads.tests.sessions.calls import assert_nothing_is_left

pytestmark = pytest.mark.django_db(transaction=True)


# US-07 TI-13
def test_the_session_of_another_user_does_not_exist(client, organization):
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
def test_a_user_who_may_only_upload_sees_their_own_session(organization):
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
