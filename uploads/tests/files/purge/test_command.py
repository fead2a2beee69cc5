"""Emptying the trash by command, and in the background."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.commands.locking import exclusive_lock
from tests.factories import make_member
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.threads import in_threads
from uploads import jobs
from uploads.files import purge
from uploads.jobs.registry import periods
from uploads.models import Upload
from uploads.storage.contract import StoreUnavailable
from uploads.storage.disk import DiskStore
from uploads.tests.files.purge.calls import stored, trash
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db


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

    with exclusive_lock("purge_deleted"):
        assert in_threads(1, second) == [75]


# SD-15
def test_many_files_go_in_batches_and_a_failure_in_the_middle_loses_nothing(admin, organization, monkeypatch):
    monkeypatch.setattr(purge, "BATCH", 3)
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
            purge.purge_uploads(ids=ids)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 54


# FA-A13
def test_the_background_purges_daily_unless_it_is_switched_off(admin, organization, settings):
    trash(admin, organization, days=40)
    kept = trash(admin, organization, days=20)
    assert periods()["purge_trash"] == timedelta(days=1)
    settings.PERIODIC_JOBS = {"purge_trash": None}
    assert "purge_trash" not in periods()
    settings.PERIODIC_JOBS = {"purge_trash": 3600}
    assert periods()["purge_trash"] == timedelta(hours=1)
    jobs.submit("purge_trash")
    [job] = run_pending_jobs("purge_trash")
    assert job.result == {"purged": 1}
    assert Upload.everything.get() == kept
