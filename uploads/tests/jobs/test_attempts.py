"""Failures, and how often and when a job is tried again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.resilience.backoff import wait_after
from tests.jobs import run_pending_jobs
from uploads import jobs
from uploads.choices import JobState
from uploads.jobs import JobFailed, claim
from uploads.models import Job
from uploads.tests.jobs.calls import running

pytestmark = pytest.mark.django_db


def test_a_job_is_not_run_before_its_time(make_handler):
    make_handler("sample", lambda job: None)
    job = jobs.submit("sample", run_after=timezone.now() + timedelta(minutes=1))
    assert jobs.run(job.pk) is False
    assert run_pending_jobs() == []


def test_a_failure_is_retried_after_a_while_and_the_last_one_is_readable(make_handler):
    def fail(job):
        raise ValueError("the disk is on fire")

    make_handler("sample", fail, backoff=timedelta(seconds=10))
    job = jobs.submit("sample", max_attempts=2)
    before = timezone.now()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.QUEUED, "ValueError: the disk is on fire")
    assert before + timedelta(seconds=5) <= job.run_after <= timezone.now() + timedelta(seconds=10)
    Job.objects.update(run_after=before)
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 2, "ValueError: the disk is on fire")
    assert job.ended_at
    assert jobs.run(job.pk) is False


def test_waits_double_up_to_an_hour():
    waits = [wait_after(n, timedelta(seconds=10)).total_seconds() for n in (1, 2, 3, 30)]
    assert waits == [10, 20, 40, 3600]


def test_giving_up_ends_the_job_at_once(make_handler):
    def give_up(job):
        raise JobFailed("There is nothing to do it with.")

    make_handler("sample", give_up)
    job = jobs.submit("sample")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 1, "There is nothing to do it with.")


def test_a_dead_job_can_be_queued_again(make_handler):
    make_handler("sample", lambda job: None)
    job = running(max_attempts=1)
    claim.release_failed(job, "no", wait=timedelta())
    assert jobs.retry(job_id=job.pk)
    assert [done.state for done in run_pending_jobs()] == [JobState.DONE]
    assert jobs.retry(job_id=job.pk) is False


def test_a_failed_job_gives_way_to_an_equal_one_queued_meanwhile(make_handler):
    make_handler("sample", lambda job: None)
    job = running(subject="a")
    newer = jobs.submit("sample", subject="a")
    assert claim.release_failed(job, "no", wait=timedelta())
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.CANCELED, "no")
    assert jobs.retry(job_id=job.pk) is False
    assert [done.pk for done in run_pending_jobs()] == [newer.pk]


def test_an_unknown_kind_stays_queued_for_a_newer_worker():
    job = jobs.submit("from_the_future")
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)
