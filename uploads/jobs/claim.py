"""Claiming a job, and releasing it: every step a conditional update."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.db.clock import Now, now_plus
from common.resilience.backoff import jitter
from uploads.choices import JobState, Lane
from uploads.jobs.registry import Handler, call_on_failure, full_kinds, handler_of, kinds
from uploads.models import Job

TRIES = 5  # to claim a job while other workers take the last slots


def due_jobs(lanes: Collection[Lane]) -> QuerySet[Job]:
    """Return the jobs that a worker of `lanes` may take now, the most urgent first. One query, for full kinds."""
    due = Job.objects.filter(state=JobState.QUEUED, run_after__lte=Now(), lane__in=lanes, kind__in=kinds())
    return due.exclude(kind__in=full_kinds()).order_by("lane", "run_after", "id")


def claim_next(lanes: Collection[Lane]) -> Job | None:
    """Claim the most urgent due job of `lanes` that no other worker is claiming; return None if there is none.

    Looking for due jobs takes no lock; the transaction begins once there is one.
    """
    for _attempt in range(TRIES):
        if not due_jobs(lanes).order_by().exists():
            return None
        with transaction.atomic():
            job = due_jobs(lanes).select_for_update(skip_locked=True).first()
            claimed = claim(job, handler_of(job.kind)) if job else None
        if claimed:
            return claimed
    return None


def claim(job: Job, handler: Handler) -> Job | None:
    """Return the job with a new attempt of this worker; None if another has it, or no slot of its kind is free."""
    concurrency = handler.concurrency
    if concurrency is None:
        return _take(job, handler, None)
    for _attempt in range(concurrency):
        running = Job.objects.filter(kind=job.kind, state=JobState.RUNNING)
        taken = set(running.values_list("slot", flat=True))
        free = next((slot for slot in range(concurrency) if slot not in taken), None)
        if free is None:
            return None
        try:
            with transaction.atomic():
                return _take(job, handler, free)
        except IntegrityError:
            continue  # another worker was quicker to this slot
    return None


def _take(job: Job, handler: Handler, slot: int | None) -> Job | None:
    values = {"state": JobState.RUNNING, "attempts": job.attempts + 1, "slot": slot, "progress": 0}
    queued = Job.objects.filter(pk=job.pk, state=JobState.QUEUED, attempts=job.attempts, run_after__lte=Now())
    if not queued.update(**values, started_at=Now(), lease_until=now_plus(handler.lease)):
        return None
    for name, value in values.items():
        setattr(job, name, value)
    return job


def release_failed(job: Job, error: str, *, wait: timedelta, final: bool = False) -> bool:
    """End this attempt: queue the job again after `wait` (jittered), or mark it dead after the last attempt.

    Returns False if the attempt was over already. If an equal job was queued meanwhile, this one is canceled.
    """
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)
    values = {"lease_until": None, "slot": None, "last_error": error.replace("\x00", "")[:2000]}
    if final or job.attempts >= job.max_attempts:
        return _end_dead(job, mine, {**values, "state": JobState.DEAD, "ended_at": Now()})
    try:
        with transaction.atomic():
            return bool(mine.update(**values, state=JobState.QUEUED, run_after=now_plus(jitter(wait))))
    except IntegrityError:
        return bool(mine.update(**values, state=JobState.CANCELED, ended_at=Now()))


def _end_dead(job: Job, mine: QuerySet[Job], values: dict[str, Any]) -> bool:
    with transaction.atomic():
        ended = bool(mine.update(**values))
        if ended:
            job.state, job.last_error = values["state"], values["last_error"]
            call_on_failure(job)
    return ended


def release_interrupted(job: Job) -> None:
    """Queue a job again whose worker was asked to stop; the attempt does not count."""
    Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING).update(
        max_attempts=job.max_attempts + 1
    )
    job.max_attempts += 1
    release_failed(job, _("The worker was stopped."), wait=timedelta())
