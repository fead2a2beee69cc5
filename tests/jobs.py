"""Doing queued jobs inside a test, without a worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection

from common.clock import Now
from uploads import jobs
from uploads.choices import JobState
from uploads.jobs.heartbeat import Heartbeat
from uploads.models import Job


def run_pending_jobs(*kinds: str, may_fail: bool = False, limit: int = 200) -> list[Job]:
    """Run due queued jobs (of `kinds`, where given), also those they submit, until none is left; returns them.

    A job that failed its attempt raises AssertionError with its error, unless `may_fail`.
    """
    done: list[Job] = []
    while len(done) < limit:
        due = Job.objects.filter(state=JobState.QUEUED, run_after__lte=Now()).order_by("run_after", "id")
        job = (due.filter(kind__in=kinds) if kinds else due).first()
        if job is None:
            return done
        with _seen_by_this_connection_alone():
            assert jobs.run(job.pk), f"Nothing could be done for {job}."
        job.refresh_from_db()
        assert may_fail or job.state in (JobState.DONE, JobState.CANCELED), f"{job}: {job.last_error}"
        done.append(job)
    raise AssertionError(f"More than {limit} jobs; do they submit each other?")


@contextmanager
def _seen_by_this_connection_alone() -> Iterator[None]:
    """Keep leases as they are inside a test's transaction: a heartbeat's own connection finds no job there."""
    if not connection.in_atomic_block:
        yield
        return
    with patch.object(Heartbeat, "_extend", lambda self: None):
        yield
