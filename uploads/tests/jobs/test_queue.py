"""Jobs in the ledger, each once."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from permissions.models import User
from tests.factories import make_user
from tests.jobs import run_pending_jobs
from uploads import jobs
from uploads.choices import JobState, Lane
from uploads.models import Job
from uploads.tests.jobs.calls import running

pytestmark = pytest.mark.django_db


def test_a_job_is_done_once_and_keeps_its_result(make_handler):
    seen = []
    make_handler("sample", lambda job: seen.append(job.payload["n"]) or {"answer": 42})
    job = jobs.submit("sample", payload={"n": 7})
    assert [done.pk for done in run_pending_jobs()] == [job.pk]
    job.refresh_from_db()
    assert (job.state, job.result, job.progress, job.attempts, seen) == (JobState.DONE, {"answer": 42}, 100, 1, [7])
    assert jobs.run(job.pk) is False
    assert seen == [7]


def test_a_ring_for_an_unknown_job_does_nothing():
    assert jobs.run(UUID(int=0)) is False


def test_many_jobs_are_queued_at_once_and_none_that_is_queued_already():
    users = [make_user(username=name) for name in ("ann", "bob")]
    waiting = jobs.submit("sample", subject=str(users[0].pk))
    jobs.submit_many("sample", subjects=User.objects.filter(pk__in=[user.pk for user in users]))
    queued = {job.subject: job for job in Job.objects.filter(kind="sample", state=JobState.QUEUED)}
    assert queued.keys() == {str(user.pk) for user in users}
    assert queued[str(users[0].pk)].pk == waiting.pk
    job = queued[str(users[1].pk)]
    assert (job.payload, job.result, job.attempts, job.max_attempts, job.pk.version) == ({}, {}, 0, 5, 7)


def test_redis_is_rung_when_the_transaction_commits(settings, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    settings.TASKS_BACKEND = "rq"
    monkeypatch.setattr("uploads.jobs.rq.wake", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.submit("sample", lane=Lane.BULK)
        assert woken == []
    assert woken == [Lane.BULK]


def test_a_deaf_engine_does_not_fail_the_request(settings, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*args):
        raise ConnectionError("no engine")

    settings.TASKS_BACKEND = "rq"
    monkeypatch.setattr("uploads.jobs.rq.wake", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.submit("sample")
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_an_equal_queued_job_is_returned_instead_of_a_second():
    first = jobs.submit("sample", subject="a")
    assert jobs.submit("sample", subject="a").pk == first.pk
    assert jobs.submit("sample", subject="b").pk != first.pk
    assert jobs.submit("sample").pk != jobs.submit("sample").pk


def test_an_equal_job_that_runs_does_not_stand_for_a_new_one(make_handler):
    make_handler("sample", lambda job: None)
    first = running(subject="a")
    assert jobs.submit("sample", subject="a").pk != first.pk


def test_submitting_again_moves_a_waiting_job_forward_and_never_back():
    now = timezone.now()
    job = jobs.submit("sample", subject="a", run_after=now + timedelta(hours=1))
    jobs.submit("sample", subject="a", run_after=now + timedelta(hours=2))
    job.refresh_from_db()
    assert job.run_after == now + timedelta(hours=1)
    jobs.submit("sample", subject="a")
    job.refresh_from_db()
    assert job.run_after <= timezone.now()


def test_the_database_refuses_a_second_queued_job_and_a_second_holder_of_a_place(make_handler):
    make_handler("sample", lambda job: None, concurrency=1)
    job = jobs.submit("sample", subject="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="sample", subject="a", run_after=job.run_after, created_at=job.created_at)
    job = running()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(
            kind="sample",
            state=JobState.RUNNING,
            slot=0,
            lease_until=job.lease_until,
            run_after=job.run_after,
            created_at=job.created_at,
        )
