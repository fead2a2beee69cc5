"""The scheduler: expired leases, periodic jobs and wake-ups, at each tick. Any number may run at once."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from redis.exceptions import RedisError

from common.db.clock import Now, now_plus
from common.resilience.backoff import wait_after
from uploads.choices import JobState, Lane
from uploads.jobs.claim import due_jobs, release_failed
from uploads.jobs.queue import submit
from uploads.jobs.registry import handler_of, kinds, periods
from uploads.jobs.wake import wake
from uploads.models import Job, PeriodicRun

log = logging.getLogger(__name__)

PER_TICK = 500
SHORTEST_TICK = 0.1  # seconds between two ticks


def tick() -> dict[str, int]:
    """Queue expired jobs again, submit periodic ones, wake workers for due ones; return how many of each."""
    return {"expired": requeue_expired(), "periodic": submit_periodic(), "woken": wake_waiting()}


def requeue_expired() -> int:
    """End attempts whose lease has expired; return how many."""
    expired = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=Now()).order_by("lease_until")
    count = 0
    for job in expired[:PER_TICK]:
        first = handler_of(job.kind).backoff if job.kind in kinds() else timedelta(seconds=10)
        wait = timedelta() if job.attempts == 1 else wait_after(job.attempts - 1, first)
        text = gettext("The worker of attempt %(number)s stopped responding.") % {"number": job.attempts}
        count += release_failed(job, text, wait=wait)
    return count


def wake_waiting() -> int:
    """Wake workers of lanes with due jobs whose wake-up was lost in the engine; return the number of wake-ups."""
    if settings.TASKS_BACKEND != "rq":
        return 0
    from uploads.jobs import rq

    lanes = sorted(set(due_jobs(list(Lane)).order_by().values_list("lane", flat=True).distinct()))
    try:
        silent = [Lane(lane) for lane in lanes if rq.is_silent(Lane(lane))]
    except RedisError as error:
        log.warning("Redis does not answer; the next tick wakes the workers: %s", error)
        return 0
    for lane in silent:
        for _ in range(settings.WORKER_PROCESSES):
            wake(lane)
    return len(silent) * settings.WORKER_PROCESSES


def submit_periodic() -> int:
    """Submit each periodic kind whose period has passed since its last submission; return how many."""
    PeriodicRun.objects.bulk_create([PeriodicRun(kind=kind) for kind in periods()], ignore_conflicts=True)
    count = 0
    for kind, every in periods().items():
        due = PeriodicRun.objects.filter(Q(submitted_at=None) | Q(submitted_at__lte=now_plus(-every)), kind=kind)
        with transaction.atomic():
            if due.update(submitted_at=Now()):
                submit(kind, subject="periodic")
                count += 1
    return count
