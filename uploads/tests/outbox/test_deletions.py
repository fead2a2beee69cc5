from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import make_member, make_organization, make_upload
from tests.jobs import run_pending_jobs
from uploads import jobs
from uploads.choices import JobState, RenditionKind, SessionState, UploadType
from uploads.models import Job, Rendition, StorageDeletion, UploadSession
from uploads.outbox import deletions, worker
from uploads.outbox.deletions import schedule_deletion, schedule_deletions, schedule_prefix_deletion
from uploads.storage.contract import RemovalFailure, StoredObject, StoreUnavailable

pytestmark = pytest.mark.django_db


class FragileStore:
    """Keys without bytes. The n-th call of any kind fails, before or after it took effect, as `fail` says."""

    def __init__(self, *keys: str):
        self.keys = set(keys)
        self.calls = 0
        self.fail_before: set[int] = set()
        self.fail_after: set[int] = set()
        self.stuck: set[str] = set()

    def _call(self) -> None:
        self.calls += 1
        if self.calls in self.fail_before:
            raise StoreUnavailable("503 SlowDown")

    def _answer(self) -> None:
        if self.calls in self.fail_after:
            raise StoreUnavailable("the answer was lost")

    def remove(self, keys):
        self._call()
        keys = set(keys)
        self.keys -= keys - self.stuck
        self._answer()
        return [RemovalFailure(key, "AccessDenied") for key in sorted(keys & self.stuck)]

    def scan(self, prefix=""):
        self._call()
        found = sorted(key for key in self.keys if key.startswith(prefix))
        self._answer()
        return [StoredObject(key, 1, "e", timezone.now()) for key in found]


@pytest.fixture
def fragile(monkeypatch):
    made = FragileStore("a", "b", "c", "d/1", "d/2", "d/3", "kept")
    monkeypatch.setattr(worker, "store", {"media": made}.__getitem__)
    return made


def make_due() -> None:
    """Let the time pass that entries and jobs wait for."""
    past = timezone.now() - timedelta(seconds=1)
    StorageDeletion.objects.exclude(not_before=None).update(not_before=past)
    Job.objects.filter(state=JobState.QUEUED).update(run_after=past)


def sweep() -> None:
    make_due()
    jobs.submit("sweep_deletions")
    run_pending_jobs("sweep_deletions", "delete_objects", may_fail=True)


def test_given_up_objects_and_prefixes_are_removed_after_the_commit(fragile, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        schedule_deletion("media", "a", "purge")
        schedule_prefix_deletion("media", "d/", "purge")
        assert not Job.objects.exists()
    [job] = run_pending_jobs()
    assert (job.result, fragile.keys) == ({"removed": 2, "failed": 0}, {"b", "c", "kept"})
    assert not StorageDeletion.objects.exists()


def test_a_rolled_back_transaction_gives_nothing_up(fragile, django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks(execute=True) as callbacks,
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        schedule_deletion("media", "a", "purge")
        raise ZeroDivisionError
    assert callbacks == []
    assert not StorageDeletion.objects.exists()


def test_giving_up_twice_is_one_entry_and_a_prefix_ends_with_a_slash():
    schedule_deletion("media", "a", "purge")
    schedule_deletion("media", "a", "orphan")
    assert StorageDeletion.objects.get().reason == "purge"
    with pytest.raises(ValueError, match="slash"):
        schedule_prefix_deletion("media", "no-slash", "purge")
    with pytest.raises(IntegrityError), transaction.atomic():
        StorageDeletion.objects.create(storage="media", key="no-slash", is_prefix=True, reason="purge")


def test_an_entry_waits_for_its_time(fragile):
    schedule_deletion("media", "a", "version", not_before=timezone.now() + timedelta(hours=1))
    jobs.submit("delete_objects", subject="media")
    run_pending_jobs()
    assert "a" in fragile.keys
    assert StorageDeletion.objects.count() == 1


def test_a_sweep_takes_up_entries_whose_job_never_came_to_be(fragile):
    schedule_deletion("media", "a", "purge")
    sweep()
    assert "a" not in fragile.keys


# ST-05
def test_an_object_that_is_gone_already_counts_as_removed(fragile):
    schedule_deletion("media", "a", "purge")
    fragile.fail_after = {1}
    sweep()
    assert "a" not in fragile.keys
    assert StorageDeletion.objects.get().last_error == "the answer was lost"
    sweep()
    assert not StorageDeletion.objects.exists()


# ST-06
@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
@pytest.mark.parametrize("number", range(1, 6))
def test_whichever_call_fails_no_entry_is_lost_and_the_next_run_converges(fragile, when, number):
    schedule_deletions([StorageDeletion(storage="media", key=key, reason="purge") for key in "abc"])
    schedule_prefix_deletion("media", "d/", "purge")
    setattr(fragile, when, {number})
    sweep()
    left = set(StorageDeletion.objects.values_list("key", flat=True))
    stored = {key.split("/")[0] for key in fragile.keys} - {"kept"}
    assert stored <= {key.rstrip("/") for key in left}
    sweep()
    assert fragile.keys == {"kept"}
    assert not StorageDeletion.objects.exists()


def test_what_a_store_refuses_is_put_off_for_longer_each_time_and_the_rest_goes(fragile):
    schedule_deletions([StorageDeletion(storage="media", key=key, reason="purge") for key in "ab"])
    fragile.stuck = {"a"}
    sweep()
    entry = StorageDeletion.objects.get()
    assert (entry.key, entry.attempts, entry.last_error) == ("a", 1, "AccessDenied")
    assert entry.not_before > timezone.now() + timedelta(seconds=10)
    sweep()
    entry.refresh_from_db()
    assert entry.not_before > timezone.now() + timedelta(seconds=25)
    fragile.stuck = set()
    sweep()
    assert "a" not in fragile.keys


def test_a_key_that_is_in_use_is_never_removed_and_its_entry_stays(fragile):
    organization = make_organization()
    user = make_member(organization, "Creator")
    upload = make_upload(user, organization, key="a")
    Rendition.objects.create(
        upload=upload,
        kind=RenditionKind.SMALL,
        version=1,
        storage="media",
        key="b",
        mime_type="image/webp",
        size=1,
        width=1,
        height=1,
    )
    now = timezone.now()
    session = UploadSession.objects.create(
        organization=organization,
        user=user,
        type=UploadType.IMAGE,
        filename="c.png",
        content_type="image/png",
        size=1,
        storage="media",
        key="d/2",
        created_at=now,
        expires_at=now,
    )
    schedule_deletions([StorageDeletion(storage="media", key=key, reason="purge") for key in "abc"])
    schedule_prefix_deletion("media", "d/", "purge")
    sweep()
    assert fragile.keys == {"a", "b", "d/2", "kept"}
    errors = dict(StorageDeletion.objects.values_list("key", "last_error"))
    assert errors == {"a": "Still in use.", "b": "Still in use.", "d/": "d/2: Still in use."}
    type(upload).everything.filter(pk=upload.pk).update(deleted_at=now, purging_at=now)
    UploadSession.objects.filter(pk=session.pk).update(state=SessionState.ABORTED, ended_at=now)
    sweep()
    assert fragile.keys == {"kept"}


def test_a_key_that_is_written_anew_is_withdrawn_unless_a_worker_may_be_removing_it():
    schedule_deletion("media", "a", "rendition")
    assert deletions.cancel_deletions("media", ["a"])
    assert not StorageDeletion.objects.exists()
    schedule_deletion("media", "a", "rendition")
    deletions.OUTBOX.claim("media")
    assert deletions.cancel_deletions("media", ["a"]) is False
    assert StorageDeletion.objects.exists()


def test_two_workers_never_claim_the_same_entry():
    schedule_deletions([StorageDeletion(storage="media", key=key, reason="purge") for key in "ab"])
    assert len(deletions.OUTBOX.claim("media")) == 2
    assert deletions.OUTBOX.claim("media") == []
