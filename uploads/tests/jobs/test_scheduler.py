"""How many run at once, and what comes with time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.jobs import run_pending_jobs
from tests.threads import in_threads
from uploads import jobs
from uploads.choices import JobState, Lane
from uploads.jobs import claim, registry
from uploads.jobs.execute import run_next
from uploads.models import Job, PeriodicRun
from uploads.tests.jobs.calls import running

pytestmark = pytest.mark.django_db

ALL = list(Lane)


def test_a_kind_runs_in_no_more_places_than_it_has(make_handler, settings):
    make_handler("sample", lambda job: None, concurrency=1)
    running()
    second = jobs.submit("sample")
    assert jobs.run(second.pk) is False
    settings.JOB_CONCURRENCY = {"sample": 2}
    assert jobs.run(second.pk) is True


def test_a_place_that_comes_free_is_taken_by_the_next_in_line(make_handler):
    make_handler("sample", lambda job: None, concurrency=1)
    first, second = running(), jobs.submit("sample")
    assert run_next(ALL) is None
    claim.release_failed(first, "no", wait=timedelta(hours=1))
    assert run_next(ALL) == second


def test_a_full_kind_holds_up_no_other(make_handler):
    make_handler("sample", lambda job: None, concurrency=1)
    make_handler("other", lambda job: None)
    running()
    jobs.submit("sample")
    other = jobs.submit("other")
    assert run_next(ALL) == other


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
    assert waiting.result == {"ended": 1, "dead": 0, "workers": 0}
    assert Job.objects.filter(pk=young.pk).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_racing_submitters_make_one_job_and_racing_workers_run_it_once(make_handler):
    done = []
    make_handler("sample", lambda job: done.append(job.attempt))
    ids = in_threads(8, lambda _: jobs.submit("sample", subject="a").pk)
    assert len(set(ids)) == 1
    assert sum(in_threads(8, lambda _: jobs.run(ids[0]))) == 1
    assert done == [1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_racing_workers_never_exceed_the_places_of_a_kind(make_handler):
    make_handler("sample", lambda job: None, concurrency=3)
    for _ in range(8):
        jobs.submit("sample")
    waiting = list(Job.objects.all())
    in_threads(8, lambda _: claim.claim(waiting.pop(), registry.handler_of("sample")))
    assert Job.objects.filter(state=JobState.RUNNING).count() == 3
