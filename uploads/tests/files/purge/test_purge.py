"""Deleting for good: the row and its bytes go together, or stay together."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from permissions.choices import Permission
from tests.factories import client_for, make_member, make_member_with, make_upload
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.upload_calls import code_of
from uploads import jobs
from uploads.files.purge import finish_purges
from uploads.models import StorageAccount, StorageDeletion, Upload
from uploads.outbox.deletions import deletion_of
from uploads.querysets import HardDeletion
from uploads.storage import store
from uploads.storage.contract import RemovalFailure, StoreUnavailable
from uploads.storage.disk import DiskStore
from uploads.tests.files.purge.calls import LIST, stored, trash, url
from uploads.usages import lifecycle
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db


# SD-07
def test_a_purge_leaves_neither_row_nor_bytes_nor_figures(trashed, admin, organization, purge):
    assert StorageAccount.objects.get(user=admin).used == trashed.size
    assert purge(admin, trashed).status_code == 204
    assert not Upload.everything.exists()
    assert stored() == []
    assert not StorageDeletion.objects.exists()
    assert StorageAccount.objects.get(user=admin).used == 0
    assert broken_invariants() == []


# SD-05
def test_what_was_purged_is_unknown(trashed, admin, purge):
    purge(admin, trashed)
    client = client_for(admin)
    assert client.post(url(trashed, "restore")).status_code == 404
    assert client.delete(url(trashed, "purge")).status_code == 404
    assert client.delete(url(trashed)).status_code == 404


def test_only_what_is_in_the_trash_is_purged(admin, organization, purge):
    upload = make_upload(admin, organization, content=b"some bytes")
    refused = purge(admin, upload)
    assert (refused.status_code, code_of(refused)) == (409, "not_deleted")
    assert stored() == [upload.key]


def test_what_is_used_is_not_purged_and_its_usages_are_named(trashed, admin, purge):
    Upload.everything.update(deleted_at=None)
    record_usage(upload_id=trashed.pk, entity_type="page", entity_id="1", label="Home")
    Upload.everything.update(deleted_at=timezone.now())
    refused = purge(admin, trashed)
    assert (refused.status_code, code_of(refused)) == (409, "in_use")
    assert [usage["label"] for usage in refused.json()["errors"][0]["items"]] == ["Home"]
    assert trashed.key in stored()


@pytest.mark.parametrize("role", ["Member", "Creator"])
def test_purging_needs_the_right_to_delete_everything(organization, role, purge):
    user = make_member(organization, role)
    own = trash(user, organization)
    assert purge(user, own).status_code == 403
    assert own.key in stored()


def test_an_owner_with_delete_own_alone_cannot_purge(organization, purge):
    user = make_member_with(organization, Permission.MEDIA_DELETE_OWN, Permission.MEDIA_VIEW)
    assert purge(user, trash(user, organization)).status_code == 403


def test_a_foreign_file_cannot_be_purged(trashed, other_organization, purge):
    assert purge(make_member(other_organization, "Administrator"), trashed).status_code == 404
    assert trashed.key in stored()


# ST-06
def test_while_the_store_is_away_the_file_is_gone_for_everybody_and_the_background_finishes(
    trashed, admin, purge, monkeypatch
):
    def away(self, keys):
        raise StoreUnavailable("down")

    with monkeypatch.context() as broken:
        broken.setattr(DiskStore, "remove", away)
        assert purge(admin, trashed).status_code == 204
    assert client_for(admin).get(f"{LIST}trash/").json()["results"] == []
    assert trashed.key in stored()
    assert broken_invariants() == []
    let_the_background_work()
    assert not Upload.everything.exists()
    assert stored() == []


def let_the_background_work():
    past = timezone.now() - timedelta(hours=1)
    StorageDeletion.objects.update(not_before=past)
    Upload.everything.exclude(purging_at=None).update(purging_at=past)
    jobs.submit("finish_purges")
    run_pending_jobs()


def test_a_row_stays_while_the_store_keeps_one_of_its_objects(trashed, admin, purge, monkeypatch):
    def refuse(self, keys):
        return [RemovalFailure(key, "AccessDenied") for key in keys]

    with monkeypatch.context() as broken:
        broken.setattr(DiskStore, "remove", refuse)
        purge(admin, trashed)
    assert Upload.everything.get().purging_at
    assert finish_purges(ids=[trashed.pk]) == 1
    assert stored() == []


class Item(lifecycle.UploadLifecycle):
    """An app that keeps other objects beside a file."""

    def __init__(self):
        self.purged_ids = []

    def objects_to_delete(self, uploads):
        folder = "{}/hls/"
        for upload in uploads:
            yield deletion_of(upload, folder.format(upload.key.rpartition("/")[0]), is_prefix=True)

    def on_purge(self, ids):
        assert not stored(), "first the bytes, then the rows"
        self.purged_ids += ids


def test_what_apps_made_of_a_file_goes_with_it(trashed, admin, purge, monkeypatch):
    item = Item()
    monkeypatch.setattr(lifecycle, "_lifecycles", [item])
    for number in range(3):
        key = f"{trashed.key.rpartition('/')[0]}/hls/{number}.ts"
        store("media").put(key, BytesIO(b"segment"), content_type="video/mp2t")
    purge(admin, trashed)
    assert stored() == []
    assert item.purged_ids == [trashed.pk]


# SD-10
def test_two_rows_never_share_an_object(trashed, admin, organization):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_upload(admin, organization, key=trashed.key)


# SD-14
@pytest.mark.parametrize(
    "delete",
    [
        lambda upload: upload.delete(),
        lambda upload: Upload.objects.all().delete(),
        lambda upload: Upload.everything.filter(pk=upload.pk).delete(),
        lambda upload: upload.organization.uploads.all().delete(),
    ],
    ids=["row", "default manager", "base manager", "related manager"],
)
def test_rows_are_not_deleted_behind_the_back_of_the_trash(trashed, delete):
    with pytest.raises(HardDeletion):
        delete(trashed)
    assert Upload.everything.filter(pk=trashed.pk).exists()


# SD-14
def test_even_erasing_takes_tombstones_only(trashed):
    Upload.everything.all().hard_delete()
    assert Upload.everything.filter(pk=trashed.pk).exists()
