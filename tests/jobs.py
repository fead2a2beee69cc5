"""Doing queued jobs inside a test, without an engine."""

from django.utils import timezone

from uploads import jobs
from uploads.choices import JobState
from uploads.models import Job


def run_pending_jobs(*kinds: str, may_fail: bool = False, limit: int = 200) -> list[Job]:
    """Run due queued jobs (of `kinds`, where given), also those they submit, until none is left; returns them.

    A job that failed its attempt raises AssertionError with its error, unless `may_fail`.
    """
    done: list[Job] = []
    while len(done) < limit:
        due = Job.objects.filter(state=JobState.QUEUED, run_after__lte=timezone.now()).order_by("run_after", "id")
        job = (due.filter(kind__in=kinds) if kinds else due).first()
        if job is None:
            return done
        assert jobs.run(job.pk), f"Nothing could be done for {job}."
        job.refresh_from_db()
        assert may_fail or job.state in (JobState.DONE, JobState.CANCELED), f"{job}: {job.last_error}"
        done.append(job)
    raise AssertionError(f"More than {limit} jobs; do they submit each other?")
