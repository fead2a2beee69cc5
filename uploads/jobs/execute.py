"""Executing one job."""

import logging
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from common.db.clock import Now
from common.resilience.backoff import wait_after
from uploads.choices import JobState, Lane
from uploads.jobs.claim import claim, claim_next, release_failed, release_interrupted
from uploads.jobs.context import JobContext, JobFailed, JobLost
from uploads.jobs.heartbeat import Heartbeat
from uploads.jobs.registry import Handler, handler_of
from uploads.models import Job

log = logging.getLogger(__name__)

# The heartbeat's thread calls it when a handler overran its time. `manage.py work` ends the process by it.
after_overrun: Callable[[], None] = lambda: None  # noqa: E731

_current: Job | None = None  # the job of this process, in its main thread


def run_next(lanes: Collection[Lane]) -> Job | None:
    """Claim the most urgent due job of `lanes` and run it; return None if there is none. See `run` about errors."""
    job = claim_next(lanes)
    if job:
        _attempt(job, handler_of(job.kind))
    return job


def is_interruptible() -> bool:
    """Tell whether a stop of this process queues its job again instead of waiting for its end."""
    return _current is not None and _current.lane == Lane.LONG


def run(job_id: UUID) -> bool:
    """Claim the job and run it; return False if it is not due, not free, or of a kind without a handler here.

    Errors of the handler are written into the ledger, not raised; a request to stop (SystemExit, KeyboardInterrupt)
    queues the job again and is raised.
    """
    job = Job.objects.filter(pk=job_id, state=JobState.QUEUED).first()
    if job is None:
        return False
    try:
        handler = handler_of(job.kind)
    except LookupError as error:  # a newer release submitted it, or an older one left it
        log.error("%s Job %s stays queued.", error, job_id)
        return False
    claimed = claim(job, handler)
    if claimed is None:
        return False
    _attempt(claimed, handler)
    return True


def _attempt(job: Job, handler: Handler) -> None:
    global _current
    context = JobContext(job)
    wait = wait_after(job.attempts, handler.backoff)

    def overrun() -> None:
        text = _("The attempt took longer than %(limit)s and was stopped.") % {"limit": handler.timeout}
        release_failed(job, text, wait=wait)
        context.lost.set()
        after_overrun()

    try:
        _current = job
        with Heartbeat(context, handler, overrun=overrun):
            result = handler.work(context)
        _finish(context, result)
    except JobLost as error:
        log.warning("%s", error)
    except JobFailed as error:
        release_failed(job, str(error), wait=wait, final=True)
    except Exception as error:
        log.exception("Job %s (%s %s) failed in attempt %s.", job.pk, job.kind, job.subject, job.attempts)
        release_failed(job, f"{type(error).__name__}: {error}", wait=wait)
    except BaseException:
        _put_back(job)
        raise
    finally:
        _current = None


def _put_back(job: Job) -> None:
    """Release an interrupted job, over another connection if the signal interrupted a query."""
    try:
        release_interrupted(job)
    except DatabaseError:
        connection.close()
        release_interrupted(job)


def _finish(context: JobContext, result: dict[str, Any] | None) -> None:
    context.write(
        state=JobState.DONE,
        ended_at=Now(),
        lease_until=None,
        slot=None,
        progress=100,
        last_error="",
        result=result or {},
    )
