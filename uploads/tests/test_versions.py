"""Other bytes under the same id and address, and the way back."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from permissions.choices import Permission, Visibility
from tests.factories import client_for, make_member, make_member_with, make_upload
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.media import encoded, quarters
from tests.reading import reader
from tests.threads import in_threads
from tests.uploading import code_of, complete, jpeg, opened, send, sent, uploaded
from uploads import jobs, uses
from uploads.models import Activity, Rendition, StorageAccount, StorageDeletion, Upload, UploadVersion
from uploads.services import purging
from uploads.storage import store

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = jpeg((64, 48)), jpeg((80, 40)), jpeg((30, 90))
MISSING = "0190c0de-0000-7000-8000-000000000000"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def client(owner):
    return client_for(owner)


@pytest.fixture
def shown(client):
    """A file as the API shows it."""
    return uploaded(client, FIRST, filename="first.jpg")


def url(shown, *parts):
    return "/".join([f"/api/v1/uploads/{shown['id']}", *map(str, parts), ""])


def replaced(client, shown, data, **fields):
    """Replace and return the file as it is then."""
    answer = client.post(url(shown, "replace"), {"upload_session": sent(client, data, **fields)["id"]})
    assert answer.status_code == 200, answer.content
    return answer.json()


def versions_of(client, shown):
    answer = client.get(url(shown, "versions"))
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def bytes_at(user, address):
    return reader(user).get(address.removeprefix("http://testserver")).body


def used(organization):
    return StorageAccount.objects.get(organization=organization, user=None).used


def test_new_bytes_come_under_the_same_id_and_address(client, owner, shown):
    after = replaced(client, shown, SECOND, filename="second.jpg")
    assert (after["id"], after["url"], after["created_at"]) == (shown["id"], shown["url"], shown["created_at"])
    assert (after["size"], after["width"], after["height"]) == (len(SECOND), 80, 40)
    assert after["original_filename"] == "second.jpg"
    assert after["checksum_sha256"] != shown["checksum_sha256"]
    assert bytes_at(owner, shown["url"]) == SECOND
    assert client.get(url(shown)).json() == after
    assert broken_invariants() == []


def test_the_earlier_bytes_are_listed_and_served_to_editors(client, owner, shown):
    replaced(client, shown, SECOND, filename="second.jpg")
    (version,) = versions_of(client, shown)
    assert version["number"] == 1
    assert version["original_filename"] == "first.jpg"
    assert (version["size"], version["width"], version["height"]) == (len(FIRST), 64, 48)
    assert version["checksum_sha256"] == shown["checksum_sha256"]
    assert version["created_by"] == {"id": str(owner.pk), "username": owner.username}
    assert version["created_at"] == shown["created_at"]
    assert bytes_at(owner, version["url"]) == FIRST


def test_the_new_name_is_found(client, shown):
    replaced(client, shown, SECOND, filename="second.jpg")
    assert client.get("/api/v1/uploads/", {"search": "second"}).json()["count"] == 1


def test_another_type_of_picture_may_take_the_place(client, owner, shown):
    png = encoded(quarters(), "PNG")
    after = replaced(client, shown, png, filename="second.png", content_type="image/png")
    assert after["mime_type"] == "image/png"
    answer = reader(owner).get(shown["url"].removeprefix("http://testserver"))
    assert (answer["Content-Type"], answer.body) == ("image/png", png)


def test_who_brought_which_bytes_stays_known(client, organization, owner, shown):
    admin = make_member(organization, "Administrator")
    between = replaced(client_for(admin), shown, SECOND)
    replaced(client, shown, THIRD)
    latest, first = versions_of(client, shown)
    assert (latest["number"], latest["created_by"]["username"]) == (2, admin.username)
    assert (first["number"], first["created_by"]["username"]) == (1, owner.username)
    assert latest["created_at"] > first["created_at"]
    assert between["uploaded_by"]["id"] == str(owner.pk)


# SV-16
def test_the_validators_change_at_once(client, owner, shown):
    reading = reader(owner)
    path = shown["url"].removeprefix("http://testserver")
    etag, row_etag = reading.get(path)["ETag"], client.get(url(shown))["ETag"]
    assert reading.get(path, headers={"If-None-Match": etag}).status_code == 304
    replaced(client, shown, SECOND)
    again = reading.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.body) == (200, SECOND)
    assert again["ETag"] != etag
    assert client.get(url(shown))["ETag"] != row_etag


def test_renditions_are_drawn_anew_and_never_show_the_earlier_bytes(client, owner, shown):
    run_pending_jobs("make_renditions")
    before = client.get(url(shown)).json()
    assert before["thumbnail_url"]
    old_keys = set(Rendition.objects.values_list("key", flat=True))
    assert replaced(client, shown, SECOND)["thumbnail_url"] is None
    assert reader(owner).get(before["thumbnail_url"].removeprefix("http://testserver")).status_code == 404
    assert set(StorageDeletion.objects.values_list("key", flat=True)) == old_keys
    run_pending_jobs()
    assert client.get(url(shown)).json()["thumbnail_url"] == before["thumbnail_url"]
    assert set(Rendition.objects.values_list("version", flat=True)) == {2}
    assert broken_invariants() == []


def test_the_same_session_again_is_the_same_answer(client, shown):
    session = sent(client, SECOND)
    first, again = (client.post(url(shown, "replace"), {"upload_session": session["id"]}) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert UploadVersion.objects.count() == 1


# What is refused


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


def test_the_session_of_somebody_else_does_not_exist(client, shown, organization, other_organization):
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
def test_whoever_may_not_upload_any_more_replaces_nothing(organization, client, owner, shown):
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


# The way back


def test_a_restored_version_is_present_again_and_what_was_present_a_version(client, owner, shown):
    second = replaced(client, shown, SECOND, filename="second.jpg")
    answer = client.post(url(shown, "versions", 1, "restore"))
    assert answer.status_code == 200
    after = answer.json()
    same = ("original_filename", "size", "checksum_sha256", "width", "height", "mime_type", "url")
    assert [after[name] for name in same] == [shown[name] for name in same]
    assert bytes_at(owner, shown["url"]) == FIRST
    (version,) = versions_of(client, shown)
    assert (version["number"], version["checksum_sha256"]) == (2, second["checksum_sha256"])
    assert bytes_at(owner, version["url"]) == SECOND
    run_pending_jobs()
    assert client.get(url(shown)).json()["thumbnail_url"]
    assert broken_invariants() == []


def test_numbers_are_never_given_out_twice(client, shown):
    for data in (SECOND, THIRD):
        replaced(client, shown, data)
    assert client.post(url(shown, "versions", 1, "restore")).status_code == 200
    assert [version["number"] for version in versions_of(client, shown)] == [3, 2]
    assert client.post(url(shown, "versions", 2, "restore")).status_code == 200
    assert [version["number"] for version in versions_of(client, shown)] == [4, 3]


@pytest.mark.parametrize("number", ["1", "2", "0", "-1", "one", "9" * 30])
def test_a_version_that_is_none_is_not_found(client, owner, shown, number):
    assert client.post(url(shown, "versions", number, "restore")).status_code == 404
    assert reader(owner).get(f"/files/{shown['id']}/versions/{number}/a.jpg").status_code == 404


# What it costs


def test_versions_count_against_the_quota_and_go_with_a_purge(client, organization, shown, owner):
    replaced(client, shown, SECOND)
    replaced(client, shown, THIRD)
    assert used(organization) == len(FIRST) + len(SECOND) + len(THIRD)
    client.delete(url(shown))
    purging.purge_uploads(ids=[shown["id"]])
    assert used(organization) == 0
    assert list(store("media").walk()) == []
    assert broken_invariants() == []


def test_bytes_that_do_not_fit_the_quota_are_refused_before_they_are_sent(client, organization, shown):
    organization.storage_quota = len(FIRST) + len(SECOND) - 1
    organization.save()
    body = {"type": "IMAGE", "filename": "a.jpg", "content_type": "image/jpeg", "size": len(SECOND)}
    refused = client.post("/api/v1/upload-sessions/", body)
    assert (refused.status_code, code_of(refused)) == (403, "quota_exceeded")


def test_a_colleague_s_bytes_are_the_owner_s_to_keep(client, organization, owner, shown):
    admin = make_member(organization, "Administrator")
    replaced(client_for(admin), shown, SECOND)
    assert StorageAccount.objects.get(user=owner).used == len(FIRST) + len(SECOND)
    account = StorageAccount.objects.get(user=admin)
    assert (account.used, account.reserved) == (0, 0)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_only_so_many_versions_are_kept(client, organization, owner, shown, settings, kept):
    settings.VERSIONS_KEPT = kept
    contents = [FIRST, *(jpeg((10 + number, 10)) for number in range(4))]
    for data in contents[1:]:
        replaced(client, shown, data)
    versions = versions_of(client, shown)
    assert [version["number"] for version in versions] == [4, 3][:kept]
    assert used(organization) == sum(map(len, contents[4 - kept :]))
    assert broken_invariants() == []
    StorageDeletion.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    jobs.submit("sweep_deletions")
    run_pending_jobs()
    originals = [found for found in store("media").walk() if "original" in found.key]
    assert len(originals) == kept + 1
    assert bytes_at(owner, shown["url"]) == contents[-1]
    assert broken_invariants() == []


def test_a_replacement_stands_in_the_history(client, owner, shown):
    replaced(client, shown, SECOND, filename="second.jpg")
    entry = Activity.objects.filter(upload_id=shown["id"], action="replace").get()
    assert entry.actor_id == owner.pk
    assert entry.changes["original_filename"] == ["first.jpg", "second.jpg"]
    assert entry.changes["size"] == [len(FIRST), len(SECOND)]


class Item(uses.Use):
    def __init__(self):
        self.told = []

    def replaced(self, upload):
        self.told.append((str(upload.pk), upload.version))


def test_what_is_made_of_a_file_is_told_of_other_bytes(client, shown, monkeypatch):
    item = Item()
    monkeypatch.setattr(uses, "_uses", [item])
    replaced(client, shown, SECOND)
    client.post(url(shown, "versions", 1, "restore"))
    assert item.told == [(shown["id"], 2), (shown["id"], 3)]


def test_listing_versions_costs_the_same_however_many_there_are(client, owner, organization, django_assert_num_queries):
    upload = make_upload(owner, organization, version=31)
    UploadVersion.objects.bulk_create(
        UploadVersion(
            upload=upload, number=number, key=f"k{number}", storage="media", size=1, created_at=upload.created_at
        )
        for number in range(1, 31)
    )
    with django_assert_num_queries(4):
        assert len(client.get(f"/api/v1/uploads/{upload.pk}/versions/", {"limit": 200}).json()["results"]) == 30


# At the same time


# SV-21 SV-16
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_readers_during_replacements_get_old_or_new_bytes_whole(client, owner, shown, settings):
    settings.VERSIONS_KEPT = 1
    contents = [jpeg((100 + number, 50)) for number in range(8)]
    whole = {FIRST, *contents}
    path, done, torn = shown["url"].removeprefix("http://testserver"), threading.Event(), []

    def read(_):
        reading, answers = reader(owner), 0
        while not done.is_set() or not answers:
            answer = reading.get(path)
            answers += 1
            if answer.status_code != 200 or answer.body not in whole:
                torn.append(answer.status_code)
        return answers

    def work(number):
        if number:
            return read(number)
        for data in contents:
            replaced(client, shown, data)
        done.set()
        return 1

    try:
        assert all(in_threads(5, work))
    finally:
        done.set()
    assert torn == []
    assert broken_invariants() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rivals_replace_restore_and_delete_one_file_without_losing_a_byte(client, organization, shown):
    replaced(client, shown, SECOND)
    sessions = [sent(client, jpeg((20 + number, 20)))["id"] for number in range(8)]

    def work(number):
        if number < 8:
            return client.post(url(shown, "replace"), {"upload_session": sessions[number]}).status_code
        if number < 11:
            return client.post(url(shown, "versions", 1, "restore")).status_code
        return client.delete(url(shown)).status_code

    statuses = in_threads(12, work)
    assert set(statuses) <= {200, 204, 404}
    assert statuses.count(204) == 1
    assert Upload.everything.get().version == 1 + 1 + statuses.count(200)
    assert broken_invariants() == []
    connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_session_replaces_once_however_often_it_is_named(client, shown):
    session = sent(client, SECOND)["id"]
    statuses = in_threads(10, lambda _: client.post(url(shown, "replace"), {"upload_session": session}).status_code)
    assert statuses == [200] * 10
    assert UploadVersion.objects.count() == 1
    assert broken_invariants() == []
