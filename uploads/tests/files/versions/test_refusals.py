"""What takes no place, and who replaces nothing."""

import pytest

from permissions.choices import Permission, Visibility
from tests.factories import client_for, make_member, make_member_with
from tests.reading_client import reader
from tests.upload_calls import code_of, complete, opened, send, sent
from uploads.models import Upload, UploadVersion
from uploads.tests.files.versions.calls import FIRST, MISSING, SECOND, THIRD, bytes_at, replaced, url, versions_of

pytestmark = pytest.mark.django_db


def test_a_file_of_another_type_takes_no_place(client, shown, organization):
    session = sent(client, FIRST, type="EDITOR_IMAGE")
    refused = client.post(url(shown, "replace"), {"upload_session": session["id"]})
    assert (refused.status_code, code_of(refused)) == (400, "type_mismatch")
    assert UploadVersion.objects.count() == 0


def test_bytes_that_are_not_what_was_announced_change_nothing(client, owner, shown):
    session = sent(client, b"<html>" + b"x" * 100)
    refused = client.post(url(shown, "replace"), {"upload_session": session["id"]})
    assert (refused.status_code, code_of(refused)) == (400, "content_mismatch")
    assert bytes_at(owner, shown["url"]) == FIRST
    assert UploadVersion.objects.count() == 0


def test_what_was_not_sent_yet_can_be_sent_and_tried_again(client, owner, shown):
    session = opened(client, SECOND)
    refused = client.post(url(shown, "replace"), {"upload_session": session["id"]})
    assert (refused.status_code, code_of(refused)) == (409, "not_uploaded")
    assert send(session["url"], session["headers"], SECOND) == 200
    assert client.post(url(shown, "replace"), {"upload_session": session["id"]}).status_code == 200
    assert bytes_at(owner, shown["url"]) == SECOND


def test_a_session_that_made_a_file_is_over(client, shown):
    session = sent(client, SECOND)
    assert complete(client, session).status_code == 201
    for used_session in (session["id"], shown["id"]):
        refused = client.post(url(shown, "replace"), {"upload_session": used_session})
        assert (refused.status_code, code_of(refused)) == (400, "session_over")
    assert UploadVersion.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"upload_session": "nonsense"}, {"upload_session": None}])
def test_a_replacement_names_a_session(client, shown, body):
    assert client.post(url(shown, "replace"), body).status_code == 400


def test_the_session_of_another_user_does_not_exist(client, shown, organization, other_organization):
    colleague = client_for(make_member(organization, "Creator"))
    foreigner = client_for(make_member(other_organization, "Creator"))
    sessions = [sent(colleague, SECOND)["id"], sent(foreigner, SECOND)["id"], MISSING]
    answers = [client.post(url(shown, "replace"), {"upload_session": session}) for session in sessions]
    assert [(answer.status_code, code_of(answer)) for answer in answers] == [(400, "does_not_exist")] * 3
    assert {answer.json()["errors"][0]["attr"] for answer in answers} == {"upload_session"}


def test_a_stale_editor_replaces_nothing(client, owner, shown):
    session = sent(client, SECOND)["id"]
    refused = client.post(url(shown, "replace"), {"upload_session": session}, headers={"If-Match": '"another"'})
    assert refused.status_code == 412
    assert bytes_at(owner, shown["url"]) == FIRST


# PM-07
def test_seeing_a_file_is_no_right_to_its_versions(client, organization, shown):
    replaced(client, shown, SECOND)
    (version,) = versions_of(client, shown)
    Upload.objects.update(visibility=Visibility.PUBLIC)
    user = make_member_with(organization, Permission.MEDIA_VIEW_ALL, Permission.MEDIA_UPLOAD)
    member = client_for(user)
    session = sent(member, THIRD)["id"]
    assert member.post(url(shown, "replace"), {"upload_session": session}).status_code == 403
    assert member.get(url(shown, "versions")).status_code == 403
    assert member.post(url(shown, "versions", 1, "restore")).status_code == 403
    path = version["url"].removeprefix("http://testserver")
    assert reader(user).get(path).status_code == 403
    assert reader().get(path).status_code == 403
    assert versions_of(client, shown) == [version]


def test_for_another_organization_there_is_nothing(client, other_organization, shown):
    replaced(client, shown, SECOND)
    (version,) = versions_of(client, shown)
    stranger = make_member(other_organization, "Administrator")
    session = sent(client_for(stranger), THIRD)["id"]
    assert client_for(stranger).post(url(shown, "replace"), {"upload_session": session}).status_code == 404
    assert client_for(stranger).get(url(shown, "versions")).status_code == 404
    assert client_for(stranger).post(url(shown, "versions", 1, "restore")).status_code == 404
    assert reader(stranger).get(version["url"].removeprefix("http://testserver")).status_code == 404


# PM-11
def test_a_person_who_may_no_longer_upload_replaces_nothing(organization, client, owner, shown):
    user = make_member_with(organization, Permission.MEDIA_EDIT_ALL, Permission.MEDIA_UPLOAD)
    session = sent(client_for(user), SECOND)["id"]
    user.memberships.get().role.group.permissions.filter(codename=Permission.MEDIA_UPLOAD).delete()
    refused = client_for(user).post(url(shown, "replace"), {"upload_session": session})
    assert refused.status_code == 403
    assert bytes_at(owner, shown["url"]) == FIRST


def test_what_is_in_the_trash_is_not_replaced(client, shown):
    replaced(client, shown, SECOND)
    (version,) = versions_of(client, shown)
    session = sent(client, THIRD)["id"]
    client.delete(url(shown))
    assert client.post(url(shown, "replace"), {"upload_session": session}).status_code == 404
    assert client.post(url(shown, "versions", 1, "restore")).status_code == 404
    assert client.get(version["url"].removeprefix("http://testserver")).status_code == 404
