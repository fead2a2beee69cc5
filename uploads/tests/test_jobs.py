from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from permissions.models import User
from tests.factories import make_user
from tests.jobs import run_pending_jobs
from uploads import jobs
from uploads.choices import JobState
from uploads.jobs import GiveUp, JobHandle, JobLost, claiming, registry
from uploads.models import Job, PeriodicRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_handler(monkeypatch):
    """Register a handler for one test; returns a function (kind, work, **options)."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    monkeypatch.setattr(registry, "_periods", {})
    return lambda kind, work, **options: jobs.handler(kind, **options)(work)


def running(kind: str = "sample", **values) -> Job:
    job = jobs.submit(kind, **values)
    claimed = claiming.claim(job, registry.handler_of(kind))
    assert claimed
    return claimed


def backdate(job: Job) -> None:
    """Make the lease of a running job have run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


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


def test_the_engine_is_rung_when_the_transaction_commits(make_handler, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("uploads.jobs.ringing.ring", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.submit("sample")
        assert rung == []
    assert rung == [job.pk]


def test_a_deaf_engine_does_not_fail_the_request(monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*args):
        raise ConnectionError("no engine")

    monkeypatch.setattr("uploads.jobs.ringing.run_job", type("Deaf", (), {"enqueue": staticmethod(refuse)}))
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
    waits = [claiming.wait_after(n, timedelta(seconds=10)).total_seconds() for n in (1, 2, 3, 30)]
    assert waits == [10, 20, 40, 3600]


def test_giving_up_ends_the_job_at_once(make_handler):
    def give_up(job):
        raise GiveUp("There is nothing to do it with.")

    make_handler("sample", give_up)
    job = jobs.submit("sample")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 1, "There is nothing to do it with.")


def test_a_dead_job_can_be_queued_again(make_handler):
    make_handler("sample", lambda job: None)
    job = running(max_attempts=1)
    claiming.release_failed(job, "no", wait=timedelta())
    assert jobs.retry(job_id=job.pk)
    assert [done.state for done in run_pending_jobs()] == [JobState.DONE]
    assert jobs.retry(job_id=job.pk) is False


def test_a_failed_job_gives_way_to_an_equal_one_queued_meanwhile(make_handler):
    make_handler("sample", lambda job: None)
    job = running(subject="a")
    newer = jobs.submit("sample", subject="a")
    assert claiming.release_failed(job, "no", wait=timedelta())
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.CANCELED, "no")
    assert jobs.retry(job_id=job.pk) is False
    assert [done.pk for done in run_pending_jobs()] == [newer.pk]


def test_an_unknown_kind_stays_queued_for_a_newer_worker():
    job = jobs.submit("from_the_future")
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


def test_only_one_of_two_claims_of_one_attempt_succeeds(make_handler):
    make_handler("sample", lambda job: None)
    job = jobs.submit("sample")
    seen_by_both = Job.objects.get(pk=job.pk)
    handler = registry.handler_of("sample")
    assert claiming.claim(job, handler)
    assert claiming.claim(seen_by_both, handler) is None


def test_a_worker_that_lost_its_job_can_write_nothing(make_handler):
    make_handler("sample", lambda job: None)
    job = running()
    old = JobHandle(job)
    backdate(job)
    jobs.tick()
    new = JobHandle(running_again(job))
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
    claimed = claiming.claim(Job.objects.get(pk=job.pk), registry.handler_of(job.kind))
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
    JobHandle(job).report(250)
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
    assert (job.state, job.last_error) == (JobState.DEAD, "The worker of attempt 2 vanished.")


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


def test_a_kind_runs_in_no_more_places_than_it_has(make_handler, settings):
    make_handler("sample", lambda job: None, concurrency=1)
    running()
    second = jobs.submit("sample")
    assert jobs.run(second.pk) is False
    settings.JOB_CONCURRENCY = {"sample": 2}
    assert jobs.run(second.pk) is True


def test_a_place_that_comes_free_is_offered_to_the_next_in_line(make_handler, monkeypatch):
    rung = []
    monkeypatch.setattr("uploads.jobs.running.ring", rung.append)
    make_handler("sample", lambda job: None, concurrency=1)
    first, second = jobs.submit("sample"), jobs.submit("sample")
    jobs.run(first.pk)
    assert rung == [second.pk]


def test_tick_rings_what_is_due_and_was_not_rung_and_only_once(make_handler, monkeypatch):
    rung = []
    monkeypatch.setattr("uploads.jobs.ticking.ring", rung.append)
    make_handler("sample", lambda job: None)
    later = jobs.submit("sample", run_after=timezone.now() + timedelta(hours=1))
    lost = jobs.submit("sample")
    jobs.tick()
    assert rung == []
    Job.objects.filter(pk=later.pk).update(run_after=timezone.now())
    Job.objects.filter(pk=lost.pk).update(rung_at=timezone.now() - timedelta(hours=1))
    jobs.tick()
    jobs.tick()
    assert sorted(rung) == sorted([later.pk, lost.pk])


def test_periodic_jobs_come_once_a_period_however_many_tick(make_handler, settings):
    jobs.periodic("sample", every=timedelta(hours=1))(make_handler("sample", lambda job: None))
    assert [jobs.tick()["periodic"], jobs.tick()["periodic"]] == [1, 0]
    run_pending_jobs("sample")
    assert jobs.tick()["periodic"] == 0
    PeriodicRun.objects.update(submitted_at=timezone.now() - timedelta(hours=2))
    settings.PERIODIC_JOBS = {"sample": None}
    assert jobs.tick()["periodic"] == 0
    settings.PERIODIC_JOBS = {"sample": 60}
    assert jobs.tick()["periodic"] == 1


def test_a_kind_has_one_handler(make_handler):
    make_handler("sample", lambda job: None)
    with pytest.raises(ValueError, match="Two handlers"):
        make_handler("sample", lambda job: None)


def test_jobs_that_ended_long_ago_are_forgotten(make_handler):
    make_handler("sample", lambda job: None)
    old, young = jobs.submit("sample"), jobs.submit("sample")
    run_pending_jobs()
    Job.objects.filter(pk=old.pk).update(ended_at=timezone.now() - timedelta(days=8))
    waiting = jobs.submit("prune_jobs")
    run_pending_jobs("prune_jobs")
    waiting.refresh_from_db()
    assert waiting.result == {"ended": 1, "dead": 0, "rings": 0}
    assert Job.objects.filter(pk=young.pk).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_racing_submitters_make_one_job_and_racing_workers_run_it_once(make_handler):
    done = []
    make_handler("sample", lambda job: done.append(job.attempt))
    ids = in_threads(8, lambda: jobs.submit("sample", subject="a").pk)
    assert len(set(ids)) == 1
    assert sum(in_threads(8, lambda: jobs.run(ids[0]))) == 1
    assert done == [1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_racing_workers_never_exceed_the_places_of_a_kind(make_handler):
    make_handler("sample", lambda job: None, concurrency=3)
    for _ in range(8):
        jobs.submit("sample")
    waiting = list(Job.objects.all())
    in_threads(8, lambda: claiming.claim(waiting.pop(), registry.handler_of("sample")))
    assert Job.objects.filter(state=JobState.RUNNING).count() == 3


def in_threads(count: int, work) -> list:
    barrier, results = Barrier(count), []

    def one() -> None:
        barrier.wait()
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results
