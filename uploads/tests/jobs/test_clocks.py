"""Machines whose clocks are wrong by minutes work on one ledger: only the database's clock counts."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from common.db.clock import database_now
from tests.admin_cases import make_session, make_webhook
from uploads import jobs
from uploads.choices import JobState, Lane
from uploads.jobs import liveness
from uploads.jobs.execute import run_next
from uploads.jobs.heartbeat import Heartbeat
from uploads.jobs.liveness import worker_seen_within
from uploads.jobs.registry import handler_of
from uploads.models import PeriodicRun, StorageDeletion, WebhookDelivery
from uploads.outbox import deletions
from uploads.outbox.deletions import schedule_deletion
from uploads.sessions.expire import due_sessions
from uploads.tests.jobs.calls import running
from uploads.webhooks import deliveries
from uploads.webhooks.events import ping

pytestmark = pytest.mark.django_db

ALL = list(Lane)


@pytest.fixture(params=[-10, 10], ids=["ten minutes slow", "ten minutes fast"])
def skew(request, monkeypatch):
    """Returns a function after which the clock of this machine is wrong."""
    right, wrong = timezone.now, timedelta(minutes=request.param)

    def begin():
        monkeypatch.setattr(timezone, "now", lambda: right() + wrong)
        monkeypatch.setattr(time, "time", lambda real=time.time: real() + wrong.total_seconds())

    return begin


# FA-C9
def test_a_machine_with_a_wrong_clock_ends_no_healthy_job_of_another(make_handler, skew):
    make_handler("sample", lambda job: None, lease=timedelta(seconds=40))
    job = running()
    skew()
    assert jobs.tick()["expired"] == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)


# FA-C9
def test_a_job_claimed_by_a_machine_with_a_wrong_clock_is_neither_lost_nor_held_for_ever(make_handler, skew):
    make_handler("sample", lambda job: None, lease=timedelta(seconds=40))
    before = database_now()
    skew()
    job = running()
    job.refresh_from_db()
    assert timedelta(seconds=39) < job.lease_until - before < timedelta(seconds=60)
    assert timedelta(0) <= job.started_at - before < timedelta(seconds=20)


# FA-C9
def test_a_job_submitted_by_a_machine_with_a_wrong_clock_is_due_at_once(make_handler, skew):
    make_handler("sample", lambda job: None)
    skew()
    job = jobs.submit("sample", subject="a")
    assert run_next(ALL) == job


# FA-C9
def test_a_failed_job_waits_by_the_databases_clock(make_handler, skew):
    def fail(job):
        raise ValueError

    make_handler("sample", fail, backoff=timedelta(seconds=60))
    before = database_now()
    skew()
    jobs.submit("sample")
    failed = run_next(ALL)
    failed.refresh_from_db()
    assert timedelta(seconds=29) < failed.run_after - before < timedelta(seconds=80)
    assert run_next(ALL) is None


# FA-C9
def test_a_heartbeat_extends_the_lease_by_the_databases_clock(make_handler, skew):
    make_handler("sample", lambda job: None, lease=timedelta(seconds=40))
    job = running()
    skew()
    beat = Heartbeat(jobs.JobContext(job), handler_of("sample"), overrun=lambda: None)
    beat._extend()
    job.refresh_from_db()
    assert timedelta(seconds=20) < job.lease_until - database_now() < timedelta(seconds=41)


# FA-C9
def test_periodic_jobs_come_no_more_often_where_a_clock_is_wrong(make_handler, skew):
    jobs.periodic("sample", every=timedelta(minutes=5))(make_handler("sample", lambda job: None))
    assert jobs.tick()["periodic"] == 1
    skew()
    assert jobs.tick()["periodic"] == 0
    PeriodicRun.objects.update(submitted_at=database_now() - timedelta(minutes=6))
    assert jobs.tick()["periodic"] == 1


# FA-C9
def test_a_worker_is_not_taken_for_dead_where_a_clock_is_wrong(skew, monkeypatch):
    monkeypatch.setattr(liveness.connection, "close", lambda: None)
    signs = liveness.WorkerHeartbeat()
    signs._write()
    skew()
    assert worker_seen_within()
    assert not liveness.prune_workers()
    signs._write()
    assert worker_seen_within()


# FA-C9
def test_deletions_keep_their_lease_and_their_time_where_a_clock_is_wrong(skew):
    schedule_deletion("media", "a/due", "purge")
    skew()
    assert [entry.key for entry in deletions.OUTBOX.claim("media")] == ["a/due"]
    assert deletions.OUTBOX.claim("media") == []
    waits = StorageDeletion.objects.get().not_before - database_now()
    assert timedelta(minutes=9) < waits <= deletions.LEASE


# FA-C9
def test_no_open_session_is_ended_early_where_a_clock_is_wrong(skew, organization):
    session = make_session(organization, "late")
    type(session).objects.filter(pk=session.pk).update(expires_at=database_now() + timedelta(minutes=5))
    skew()
    assert not due_sessions().exists()


# FA-C9
def test_a_webhook_is_sent_when_it_is_due_by_the_databases_clock(skew, organization):
    webhook = make_webhook(organization)
    skew()
    ping(webhook=webhook)
    assert deliveries.OUTBOX.claim(str(webhook.pk))
    assert deliveries.OUTBOX.claim(str(webhook.pk)) == []
    waits = WebhookDelivery.objects.get().not_before - database_now()
    assert timedelta(0) < waits <= deliveries.LEASE
