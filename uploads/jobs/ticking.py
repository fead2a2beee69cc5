"""What must happen by itself: expired leases, due jobs, periodic jobs. Any number of tickers may run at once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from uploads.choices import JobState
from uploads.jobs.claiming import release_failed, wait_after
from uploads.jobs.registry import handler_of, kinds, periods
from uploads.jobs.ringing import ring
from uploads.jobs.submitting import submit
from uploads.models import Job, PeriodicRun

RING_AGAIN = timedelta(minutes=1)  # a due job at the head of the line that nobody took within this: the ring was lost
HEAD_OF_LINE = 100
RINGS_PER_TICK = 500


def tick() -> dict[str, int]:
    """Queue expired jobs again, ring due ones, submit periodic ones. Returns how many of each."""
    return {"expired": requeue_expired(), "periodic": submit_periodic(), "rung": ring_due()}


def requeue_expired() -> int:
    """End the attempts of workers that were not heard of for a lease."""
    expired = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=timezone.now()).order_by("lease_until")
    count = 0
    for job in expired[:RINGS_PER_TICK]:
        first = handler_of(job.kind).backoff if job.kind in kinds() else timedelta(seconds=10)
        wait = timedelta() if job.attempts == 1 else wait_after(job.attempts - 1, first)
        count += release_failed(job, f"The worker of attempt {job.attempts} vanished.", wait=wait)
    return count


def ring_due() -> int:
    """Ring due jobs that were never rung, and those at the head of the line whose ring seems lost."""
    now = timezone.now()
    due = Job.objects.filter(state=JobState.QUEUED, run_after__lte=now).order_by("run_after", "id")
    waiting = list(due.filter(rung_at=None).values_list("pk", "rung_at")[:RINGS_PER_TICK])
    head = due.values_list("pk", "rung_at")[:HEAD_OF_LINE]
    waiting += [(pk, rung_at) for pk, rung_at in head if rung_at and rung_at < now - RING_AGAIN]
    count = 0
    for pk, rung_at in waiting:
        if Job.objects.filter(pk=pk, state=JobState.QUEUED, rung_at=rung_at).update(rung_at=now):
            ring(pk)
            count += 1
    return count


def submit_periodic() -> int:
    """Submit each periodic kind whose period has passed since any ticker last did."""
    PeriodicRun.objects.bulk_create([PeriodicRun(kind=kind) for kind in periods()], ignore_conflicts=True)
    now = timezone.now()
    count = 0
    for kind, every in periods().items():
        due = PeriodicRun.objects.filter(Q(submitted_at=None) | Q(submitted_at__lte=now - every), kind=kind)
        with transaction.atomic():
            if due.update(submitted_at=now):
                submit(kind, subject="periodic")
                count += 1
    return count
