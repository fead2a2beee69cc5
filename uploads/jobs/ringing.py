"""Telling the engine that a job waits. The engine carries the id and nothing else."""

import logging
from uuid import UUID

from django_tasks import task

from permissions.transactions import after_commit

log = logging.getLogger(__name__)


@task()
def run_job(job_id: str) -> None:
    """What the engine's workers execute."""
    from uploads.jobs.running import run

    run(UUID(job_id))


def ring(job_id: UUID) -> None:
    """Tell the engine now. A deaf engine is no error: the job stays in the ledger and `tick` rings again."""
    try:
        run_job.enqueue(str(job_id))
    except Exception:
        log.exception("The task engine did not take job %s; it will be rung again.", job_id)


def ring_on_commit(job_id: UUID) -> None:
    after_commit(ring, job_id)
