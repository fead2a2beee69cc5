"""The way back, and what keeping earlier bytes costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import client_for, make_member, make_upload
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.reading_client import reader
from tests.upload_calls import code_of, jpeg
from uploads import jobs
from uploads.files import purge
from uploads.models import Activity, StorageAccount, StorageDeletion, UploadVersion
from uploads.storage import store
from uploads.tests.files.versions.calls import FIRST, SECOND, THIRD, bytes_at, replaced, url, used, versions_of
from uploads.usages import lifecycle

pytestmark = pytest.mark.django_db


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
    purge.purge_uploads(ids=[shown["id"]])
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
    replaced(client, shown, SECOND, filename="second.jpg", name="second.jpg")
    entry = Activity.objects.filter(upload_id=shown["id"], action="replace").get()
    assert entry.actor_id == owner.pk
    assert entry.changes["original_filename"] == ["first.jpg", "second.jpg"]
    assert entry.changes["size"] == [len(FIRST), len(SECOND)]


class Item(lifecycle.UploadLifecycle):
    def __init__(self):
        self.told = []

    def on_replace(self, upload):
        self.told.append((str(upload.pk), upload.version))


def test_what_is_made_of_a_file_is_told_of_other_bytes(client, shown, monkeypatch):
    item = Item()
    monkeypatch.setattr(lifecycle, "_lifecycles", [item])
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
    with django_assert_num_queries(3):
        assert len(client.get(f"/api/v1/uploads/{upload.pk}/versions/", {"limit": 200}).json()["results"]) == 30
