"""A handler is told of its jobs that end without being done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.clock import Now
from uploads import jobs
from uploads.jobs import registry
from uploads.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    """What the handler of kind `sample` was told; its work always fails."""
    heard = []

    def fail(job):
        raise RuntimeError("broken")

    monkeypatch.setattr(registry, "_handlers", {})
    jobs.handler("sample", over=lambda job: heard.append((job.state, job.last_error)))(fail)
    return heard


def test_of_a_job_whose_last_attempt_failed(told):
    job = jobs.submit("sample", max_attempts=2)
    jobs.run(job.pk)
    assert told == []
    Job.objects.update(run_after=Now())
    jobs.run(job.pk)
    assert told == [("dead", "RuntimeError: broken")]


def test_of_a_job_whose_last_worker_vanished(told):
    past = timezone.now() - timedelta(hours=1)
    Job.objects.create(
        kind="sample", state="running", attempts=5, run_after=past, lease_until=past, created_at=past, max_attempts=5
    )
    jobs.tick()
    assert told == [("dead", "The worker of attempt 5 vanished.")]


def test_of_a_canceled_job_once(told):
    job = jobs.submit("sample")
    assert jobs.cancel(job_id=job.pk)
    assert not jobs.cancel(job_id=job.pk)
    assert told == [("canceled", "")]


def test_an_ending_that_cannot_be_told_does_not_happen(monkeypatch):
    def refuse(job):
        raise ValueError("not now")

    monkeypatch.setattr(registry, "_handlers", {})
    jobs.handler("sample", over=refuse)(lambda job: None)
    job = jobs.submit("sample")
    with pytest.raises(ValueError, match="not now"):
        jobs.cancel(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "queued"
