"""Who holds a job, and who lost it."""

import pytest

from uploads import jobs
from uploads.choices import JobState
from uploads.jobs import JobContext, JobLost, claim, registry
from uploads.models import Job
from uploads.tests.jobs.calls import backdate, running

pytestmark = pytest.mark.django_db


def test_only_one_of_two_claims_of_one_attempt_succeeds(make_handler):
    make_handler("sample", lambda job: None)
    job = jobs.submit("sample")
    seen_by_both = Job.objects.get(pk=job.pk)
    handler = registry.handler_of("sample")
    assert claim.claim(job, handler)
    assert claim.claim(seen_by_both, handler) is None


def test_a_worker_that_lost_its_job_can_write_nothing(make_handler):
    make_handler("sample", lambda job: None)
    job = running()
    old = JobContext(job)
    backdate(job)
    jobs.tick()
    new = JobContext(running_again(job))
    with pytest.raises(JobLost):
        old.report(50)
    with pytest.raises(JobLost), old.writing():
        raise AssertionError("the block must not be entered")
    assert old.canceled
    new.report(50)
    with new.writing():
        pass
    assert Job.objects.get(pk=job.pk).progress == 50


def running_again(job: Job) -> Job:
    claimed = claim.claim(Job.objects.get(pk=job.pk), registry.handler_of(job.kind))
    assert claimed
    assert claimed.attempts == job.attempts + 1
    return claimed


def test_a_result_of_a_lost_attempt_is_dropped(make_handler):
    def lose_it(handle):
        backdate(Job.objects.get(pk=handle.id))
        jobs.tick()
        return {"from": handle.attempt}

    make_handler("sample", lose_it)
    job = jobs.submit("sample", max_attempts=5)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.QUEUED, {})


def test_a_canceled_job_is_not_run_and_a_running_one_is_stopped_at_its_next_report(make_handler):
    make_handler("sample", lambda job: None)
    queued = jobs.submit("sample")
    assert jobs.cancel(job_id=queued.pk)
    assert jobs.cancel(job_id=queued.pk) is False
    assert jobs.run(queued.pk) is False
    reached = []

    def cancel_me(handle):
        jobs.cancel(job_id=handle.id)
        handle.report(10)
        reached.append("after")

    make_handler("other", cancel_me)
    job = jobs.submit("other")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, reached) == (JobState.CANCELED, [])


def test_progress_stays_a_percentage(make_handler):
    make_handler("sample", lambda job: None)
    job = running()
    JobContext(job).report(250)
    job.refresh_from_db()
    assert job.progress == 100


def test_an_expired_lease_queues_the_job_again_until_its_attempts_are_used_up(make_handler):
    make_handler("sample", lambda job: None)
    job = running(max_attempts=2)
    backdate(job)
    assert jobs.tick()["expired"] == 1
    assert jobs.tick()["expired"] == 0
    job = running_again(job)
    backdate(job)
    jobs.tick()
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.DEAD, "The worker of attempt 2 stopped responding.")


def test_being_told_to_stop_puts_the_job_back_without_costing_an_attempt(make_handler):
    def stop(handle):
        raise SystemExit(1)

    make_handler("sample", stop)
    job = jobs.submit("sample", max_attempts=1)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.QUEUED, "The worker was stopped.")
    assert job.max_attempts - job.attempts == 1
