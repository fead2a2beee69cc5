"""Background jobs: rows in a ledger (`uploads.models.Job`) that workers claim; an engine wakes the workers.

    submit("make_renditions", subject=str(upload.pk))      # inside the caller's transaction

    @handler("make_renditions", lease=timedelta(minutes=2))  # in the app's handlers.py
    def make_renditions(job: JobContext) -> dict[str, Any] | None: ...

Handlers run at least once and must be idempotent; they write under `job.writing()`, which refuses a worker whose
attempt is over. The engine only carries wake-ups, so losing its queue loses nothing: `tick` sends them again.
"""

from uploads.jobs.context import JobContext, JobFailed, JobLost
from uploads.jobs.execute import run
from uploads.jobs.queue import cancel, retry, submit, submit_many
from uploads.jobs.registry import handler, periodic
from uploads.jobs.scheduler import tick

__all__ = [
    "JobContext",
    "JobFailed",
    "JobLost",
    "cancel",
    "handler",
    "periodic",
    "retry",
    "run",
    "submit",
    "submit_many",
    "tick",
]
