"""Into the trash, out of it again."""

from datetime import datetime

import pytest
from django.utils import timezone

from permissions.choices import Permission, Visibility
from tests.factories import client_for, make_member, make_member_with, make_upload
from tests.threads import in_threads
from tests.upload_calls import code_of
from uploads.models import Upload
from uploads.usages import lifecycle
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db

LIST = "/api/v1/uploads/"


def url(upload, *parts):
    return "/".join([f"{LIST}{upload.pk}", *parts, ""])


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def upload(owner, organization):
    return make_upload(owner, organization, content=b"some bytes")


@pytest.fixture
def trashed(upload, owner):
    client_for(owner).delete(url(upload))
    return Upload.everything.get(pk=upload.pk)


# SD-01
def test_deleting_an_own_file_hides_it_and_keeps_its_bytes(upload, owner, stores):
    client = client_for(owner)
    before = timezone.now()
    assert client.delete(url(upload)).status_code == 204
    row = Upload.everything.get(pk=upload.pk)
    assert before <= row.deleted_at <= timezone.now()
    assert row.deleted_by == owner
    assert (stores / "media" / upload.key).read_bytes() == b"some bytes"
    assert client.get(LIST).json()["count"] == 0
    assert client.get(LIST, {"search": upload.original_filename}).json()["results"] == []
    assert client.get(url(upload)).status_code == 404
    assert [row["id"] for row in client.get(f"{LIST}trash/").json()["results"]] == [str(upload.pk)]


# SD-02
def test_deleting_twice_changes_nothing_more(trashed, organization):
    admin = client_for(make_member(organization, "Administrator"))
    assert admin.delete(url(trashed)).status_code == 404
    row = Upload.everything.get(pk=trashed.pk)
    assert (row.deleted_at, row.deleted_by) == (trashed.deleted_at, trashed.deleted_by)


# SD-02
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_fifty_deletions_at_once_one_deletes(upload, organization):
    clients = [client_for(make_member(organization, "Administrator")) for _ in range(5)]
    statuses = in_threads(50, lambda number: clients[number % 5].delete(url(upload)).status_code)
    assert sorted(statuses) == [204] + [404] * 49
    assert Upload.everything.get(pk=upload.pk).is_deleted


# SD-03
def test_a_used_file_is_kept_and_its_usages_are_named(upload, owner):
    record_usage(upload_id=upload.pk, entity_type="page", entity_id="1", field="hero", label="Home", url="/")
    refused = client_for(owner).delete(url(upload))
    assert (refused.status_code, code_of(refused)) == (409, "in_use")
    (usage,) = refused.json()["errors"][0]["items"]
    assert (usage["entity_type"], usage["entity_id"], usage["field"], usage["label"]) == ("page", "1", "hero", "Home")
    assert not Upload.everything.get(pk=upload.pk).is_deleted


# SD-03
def test_force_deletes_a_used_file_and_leaves_its_usages(upload, owner):
    record_usage(upload_id=upload.pk, entity_type="page", entity_id="1")
    assert client_for(owner).delete(f"{url(upload)}?force=true").status_code == 204
    row = Upload.everything.get(pk=upload.pk)
    assert row.is_deleted
    assert row.usage_count == row.usages.count() == 1


def test_force_is_true_or_false(upload, owner):
    refused = client_for(owner).delete(f"{url(upload)}?force=perhaps")
    assert refused.status_code == 400
    assert not Upload.everything.get(pk=upload.pk).is_deleted


def test_force_gives_no_right(upload, organization):
    member = client_for(make_member(organization))
    assert member.delete(f"{url(upload)}?force=true").status_code == 403
    assert not Upload.everything.get(pk=upload.pk).is_deleted


def test_a_stale_reader_deletes_nothing(upload, owner):
    refused = client_for(owner).delete(url(upload), headers={"If-Match": '"another"'})
    assert refused.status_code == 412
    assert not Upload.everything.get(pk=upload.pk).is_deleted


# SD-04
@pytest.mark.parametrize(
    ("permissions", "status"),
    [
        ((Permission.MEDIA_VIEW,), 403),
        ((Permission.MEDIA_VIEW_ALL, Permission.MEDIA_EDIT_ALL), 403),
        ((Permission.MEDIA_DELETE_OWN,), 403),
        ((Permission.MEDIA_DELETE_ALL,), 200),
    ],
)
def test_another_member_restores_by_right_alone(trashed, organization, permissions, status):
    Upload.everything.update(visibility=Visibility.PUBLIC)
    other = make_member_with(organization, *permissions)
    assert client_for(other).post(url(trashed, "restore")).status_code == status
    assert Upload.everything.get(pk=trashed.pk).is_deleted == (status != 200)


# SD-04
def test_for_another_organization_a_trashed_file_does_not_exist(trashed, other_organization):
    stranger = client_for(make_member(other_organization, "Administrator"))
    unknown = stranger.post(f"{LIST}0190c0de-0000-7000-8000-000000000000/restore/")
    foreign = stranger.post(url(trashed, "restore"))
    assert foreign.status_code == 404
    assert foreign.json() == unknown.json()


def test_the_owner_gets_the_file_back_as_it_was(trashed, owner):
    client = client_for(owner)
    answer = client.post(url(trashed, "restore"))
    assert answer.status_code == 200
    assert (answer.json()["deleted_at"], answer.json()["deleted_by"]) == (None, None)
    assert client.get(url(trashed)).json() == answer.json()
    assert answer["ETag"] == client.get(url(trashed))["ETag"]


# SD-05
def test_what_is_not_in_the_trash_cannot_be_restored(upload, owner):
    refused = client_for(owner).post(url(upload, "restore"))
    assert (refused.status_code, code_of(refused)) == (409, "not_deleted")


# SD-05
def test_what_is_being_purged_does_not_come_back(trashed, owner):
    Upload.everything.update(purging_at=timezone.now())
    refused = client_for(owner).post(url(trashed, "restore"))
    assert (refused.status_code, code_of(refused)) == (409, "being_purged")
    assert Upload.everything.get(pk=trashed.pk).is_deleted


# SD-13
def test_a_file_of_the_same_name_is_a_file_of_its_own(trashed, owner, organization):
    again = make_upload(owner, organization, original_filename=trashed.original_filename, content=b"some bytes")
    shown = client_for(owner).get(LIST).json()["results"]
    assert [row["id"] for row in shown] == [str(again.pk)]
    assert again.key != trashed.key


class Companion(lifecycle.UploadLifecycle):
    """Notes what it is told."""

    def __init__(self):
        self.told = []

    def on_trash(self, ids, *, at):
        assert isinstance(at, datetime)
        self.told.append(("trashed", list(ids)))

    def on_restore(self, ids):
        self.told.append(("restored", list(ids)))


def test_what_is_made_of_a_file_goes_and_comes_with_it(upload, owner, monkeypatch):
    companion = Companion()
    monkeypatch.setattr(lifecycle, "_lifecycles", [companion])
    client = client_for(owner)
    client.delete(url(upload))
    client.post(url(upload, "restore"))
    assert companion.told == [("trashed", [upload.pk]), ("restored", [upload.pk])]
