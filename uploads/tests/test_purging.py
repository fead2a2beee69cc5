"""Out of the trash for good: one file, all of them, and whatever comes between."""

import json
import threading
import time
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from permissions.choices import Permission
from permissions.management.locking import only_one
from tests.factories import client_for, make_member, make_member_with, make_upload
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.reading import reader
from tests.threads import in_threads
from tests.uploading import code_of
from uploads import jobs, uses
from uploads.choices import RenditionKind
from uploads.jobs.registry import periods
from uploads.keys import rendition_key
from uploads.models import Rendition, StorageAccount, StorageDeletion, Upload
from uploads.querysets import HardDeletion
from uploads.services import purging
from uploads.services.deletions import entry_of
from uploads.services.quota import hold_bytes
from uploads.services.usages import record_usage
from uploads.storage import store
from uploads.storage.contract import RemovalFailure, StoreUnavailable
from uploads.storage.disk import DiskStore

pytestmark = pytest.mark.django_db

LIST = "/api/v1/uploads/"


@pytest.fixture
def admin(organization):
    return make_member(organization, "Administrator")


@pytest.fixture
def trashed(admin, organization):
    return trash(admin, organization)


def trash(owner, organization, *, days=0, **fields):
    """A counted file with a rendition, in the trash for so many days."""
    then = timezone.now() - timedelta(days=days, seconds=1)
    upload = make_upload(owner, organization, content=b"some bytes", deleted_at=then, **fields)
    hold_bytes(organization_id=organization.pk, user_id=owner.pk, size=upload.size)
    key = rendition_key(upload, "sm")
    store("media").put(key, BytesIO(b"picture"), content_type="image/webp")
    Rendition.objects.create(
        upload=upload, kind=RenditionKind.SMALL, version=1, storage="media", key=key, size=7, width=1, height=1
    )
    return upload


def url(upload, *parts):
    return "/".join([f"{LIST}{upload.pk}", *parts, ""])


def stored():
    return [found.key for found in store("media").walk()]


@pytest.fixture
def purge(django_capture_on_commit_callbacks):
    """A function that purges over the API, with what follows the commit."""

    def purge_it(user, upload):
        with django_capture_on_commit_callbacks(execute=True):
            return client_for(user).delete(url(upload, "purge"))

    return purge_it


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
    assert purging.finish_purges(ids=[trashed.pk]) == 1
    assert stored() == []


class Item(uses.Use):
    """An app that keeps other objects beside a file."""

    def __init__(self):
        self.purged_ids = []

    def doomed(self, uploads):
        folder = "{}/hls/"
        for upload in uploads:
            yield entry_of(upload, folder.format(upload.key.rpartition("/")[0]), is_prefix=True)

    def purged(self, ids):
        assert not stored(), "first the bytes, then the rows"
        self.purged_ids += ids


def test_what_apps_made_of_a_file_goes_with_it(trashed, admin, purge, monkeypatch):
    item = Item()
    monkeypatch.setattr(uses, "_uses", [item])
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
    Upload.everything.all().erase()
    assert Upload.everything.filter(pk=trashed.pk).exists()


# By command


def purge_deleted(*arguments, capsys=None):
    call_command("purge_deleted", *arguments, *(["--json"] if capsys else []), verbosity=0)
    return json.loads(capsys.readouterr().out) if capsys else None


# SD-09
def test_the_command_says_what_it_would_do_and_does_nothing(admin, organization, capsys):
    trash(admin, organization, days=31)
    trash(admin, organization, days=29)
    facts = purge_deleted(capsys=capsys)
    assert (facts["due"], facts["purged"], facts["applied"]) == (1, 0, False)
    assert Upload.everything.count() == 2


# SD-09
def test_the_command_purges_what_is_old_enough_and_unused(admin, organization, capsys):
    old, young = trash(admin, organization, days=31), trash(admin, organization, days=29)
    used = trash(admin, organization, days=31)
    Upload.everything.filter(pk=used.pk).update(deleted_at=None)
    record_usage(upload_id=used.pk, entity_type="page", entity_id="1")
    Upload.everything.filter(pk=used.pk).update(deleted_at=old.deleted_at)
    facts = purge_deleted("--apply", capsys=capsys)
    assert (facts["due"], facts["purged"], facts["left"]) == (1, 1, 0)
    assert set(Upload.everything.values_list("pk", flat=True)) == {young.pk, used.pk}
    assert broken_invariants() == []


# SD-09
def test_emptying_the_whole_trash_needs_a_second_word(trashed):
    with pytest.raises(CommandError) as refused:
        purge_deleted("--older-than", "0", "--apply")
    assert refused.value.returncode == 2
    assert Upload.everything.exists()
    purge_deleted("--older-than", "0", "--apply", "--yes")
    assert not Upload.everything.exists()


@pytest.mark.parametrize("age", ["soon", "-1d", "30", "30w", "1.5d", ""])
def test_an_age_that_is_none_is_wrong_usage(trashed, age):
    with pytest.raises(CommandError) as refused:
        purge_deleted(f"--older-than={age}", "--apply", "--yes")
    assert refused.value.returncode == 2
    assert Upload.everything.exists()


def test_one_organization_can_be_chosen(admin, organization, other_organization):
    trash(admin, organization, days=40)
    other = trash(make_member(other_organization), other_organization, days=40)
    purge_deleted("--organization", organization.slug, "--apply")
    assert list(Upload.everything.all()) == [other]


@pytest.mark.django_db(transaction=True)
def test_two_purges_do_not_run_at_once(admin, organization):
    def second(_):
        with pytest.raises(CommandError) as refused:
            purge_deleted("--apply")
        return refused.value.returncode

    with only_one("purge_deleted"):
        assert in_threads(1, second) == [75]


# SD-15
def test_many_files_go_in_batches_and_a_failure_in_the_middle_loses_nothing(admin, organization, monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 3)
    for _ in range(8):
        trash(admin, organization, days=40)
    calls = []

    def flaky(self, keys, remove=DiskStore.remove):
        calls.append(keys)
        if len(calls) == 2:
            raise StoreUnavailable("down")
        return remove(self, keys)

    monkeypatch.setattr(DiskStore, "remove", flaky)
    with pytest.raises(CommandError) as failed:
        purge_deleted("--apply")
    assert failed.value.returncode == 1
    assert Upload.everything.count() == 5
    assert broken_invariants() == []
    purge_deleted("--apply")
    assert not Upload.everything.exists()
    assert stored() == []


# SD-15
def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(admin, organization, content_types):
    counts = []
    for size in (2, 12):
        ids = [trash(admin, organization, days=40).pk for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            purging.purge_uploads(ids=ids)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 50


def test_the_background_purges_only_where_it_was_asked_to(admin, organization, settings):
    trash(admin, organization, days=40)
    assert "purge_trash" not in periods()
    settings.PERIODIC_JOBS = {"purge_trash": 3600}
    assert periods()["purge_trash"] == timedelta(hours=1)
    jobs.submit("purge_trash")
    [job] = run_pending_jobs("purge_trash")
    assert job.result == {"purged": 1}
    assert not Upload.everything.exists()


# Races


# SD-02 SD-05
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_deleting_restoring_and_purging_at_once_end_in_one_whole_state(admin, organization):
    client = client_for(admin)
    for _ in range(6):
        upload = trash(admin, organization)
        calls = [
            lambda: client.delete(url(upload)),  # noqa: B023
            lambda: client.post(url(upload, "restore")),  # noqa: B023
            lambda: client.delete(url(upload, "purge")),  # noqa: B023
        ]
        statuses = in_threads(12, lambda number: calls[number % 3]().status_code)  # noqa: B023
        assert set(statuses) <= {200, 204, 404, 409}
        assert broken_invariants() == []
        row = Upload.everything.filter(pk=upload.pk).first()
        assert row is None or row.purging_at is None
        assert (row is None) == (upload.key not in stored())


# SD-07 UC-05
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_file_is_never_purged_under_a_new_usage(admin, organization):
    for _ in range(5):
        upload = trash(admin, organization)

        def work(number, upload=upload):
            if number % 2:
                return purging.purge_uploads(ids=[upload.pk])
            response = client_for(admin).post(url(upload, "restore"))
            if response.status_code == 200:
                record_usage(upload_id=upload.pk, entity_type="page", entity_id="1")
            return response.status_code

        in_threads(8, work)
        assert broken_invariants() == []


# SV-21
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_readers_during_a_deletion_and_a_purge_get_whole_bytes_or_nothing(admin, organization):
    content = bytes(range(256)) * 4000
    upload = make_upload(admin, organization, content=content)
    gone = threading.Event()

    def read(reading):
        answers = []
        while not gone.is_set() or not answers:
            answer = reading.get(f"/files/{upload.pk}/{upload.filename}")
            answers.append(answer.body if answer.status_code == 200 else answer.status_code)
        return answers

    def work(number):
        if number:
            return read(reader(admin))
        client = client_for(admin)
        time.sleep(0.2)
        statuses = [client.delete(url(upload)).status_code, client.delete(url(upload, "purge")).status_code]
        gone.set()
        return statuses

    done, *read_by = in_threads(5, work)
    assert done == [204, 204]
    answers = [answer for answers in read_by for answer in answers]
    assert content in answers
    assert set(answers) <= {content, 404}
    assert stored() == []
