"""Taking a job, and letting go of it: every step a conditional update."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from uploads.choices import JobState
from uploads.jobs.registry import Handler, tell_over
from uploads.models import Job

LONGEST_WAIT = timedelta(hours=1)


def claim(job: Job, handler: Handler) -> Job | None:
    """Return the job as this worker's new attempt, or None where another has it, or no place of its kind is free."""
    places = handler.places
    if places is None:
        return _take(job, handler, None)
    for _ in range(places):
        running = Job.objects.filter(kind=job.kind, state=JobState.RUNNING)
        taken = set(running.values_list("slot", flat=True))
        free = next((slot for slot in range(places) if slot not in taken), None)
        if free is None:
            return None
        try:
            with transaction.atomic():
                return _take(job, handler, free)
        except IntegrityError:
            continue  # another worker was quicker to this place
    return None


def _take(job: Job, handler: Handler, slot: int | None) -> Job | None:
    now = timezone.now()
    values = {
        "state": JobState.RUNNING,
        "attempts": job.attempts + 1,
        "lease_until": now + handler.lease,
        "slot": slot,
        "started_at": now,
        "progress": 0,
    }
    queued = Job.objects.filter(pk=job.pk, state=JobState.QUEUED, attempts=job.attempts, run_after__lte=now)
    if not queued.update(**values):
        return None
    for name, value in values.items():
        setattr(job, name, value)
    return job


def release_failed(job: Job, error: str, *, wait: timedelta, final: bool = False) -> bool:
    """End this attempt: queued again after `wait` (jittered), or dead after the last one. False: it was over already.

    Where an equal job was queued meanwhile, that one does the rest and this one is canceled.
    """
    now = timezone.now()
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)
    values = {"lease_until": None, "slot": None, "last_error": error.replace("\x00", "")[:2000]}
    if final or job.attempts >= job.max_attempts:
        return _bury(job, mine, {**values, "state": JobState.DEAD, "ended_at": now})
    try:
        with transaction.atomic():
            return bool(mine.update(**values, state=JobState.QUEUED, run_after=now + jitter(wait), rung_at=None))
    except IntegrityError:
        return bool(mine.update(**values, state=JobState.CANCELED, ended_at=now))


def _bury(job: Job, mine: QuerySet[Job], values: dict[str, Any]) -> bool:
    with transaction.atomic():
        buried = bool(mine.update(**values))
        if buried:
            job.state, job.last_error = values["state"], values["last_error"]
            tell_over(job)
    return buried


def release_interrupted(job: Job) -> None:
    """Put back a job whose worker was asked to stop: no fault of the job, so it gets its attempt back."""
    Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING).update(
        max_attempts=job.max_attempts + 1
    )
    job.max_attempts += 1
    release_failed(job, "The worker was stopped.", wait=timedelta())


def wait_after(attempts: int, first: timedelta) -> timedelta:
    """How long to wait after the given number of failures: doubling from `first`, at most an hour."""
    return min(first * 2 ** min(attempts - 1, 20), LONGEST_WAIT)


def jitter(wait: timedelta) -> timedelta:
    """Between half of `wait` and all of it, so that what failed together does not return together."""
    return wait * random.uniform(0.5, 1)  # noqa: S311 - not a secret


def next_in_line(kind: str) -> UUID | None:
    """The queued job of `kind` that has been due for longest."""
    due = Job.objects.filter(kind=kind, state=JobState.QUEUED, run_after__lte=timezone.now())
    return due.order_by("run_after", "id").values_list("pk", flat=True).first()
