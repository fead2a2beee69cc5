"""Putting jobs into the ledger, and taking them back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from uploads.choices import JobState
from uploads.jobs.registry import tell_over
from uploads.jobs.ringing import ring_on_commit
from uploads.models import Job
from uploads.selecting import IdText, NewId, insert_from


@transaction.atomic
def submit(
    kind: str,
    *,
    subject: str = "",
    organization_id: UUID | None = None,
    payload: dict[str, Any] | None = None,
    run_after: datetime | None = None,
    max_attempts: int = 5,
) -> Job:
    """Queue a job inside the caller's transaction and ring the engine when it commits.

    While a job of the same kind and (non-empty) subject is queued, that one is returned, moved forward where
    `run_after` is earlier. Its row stays locked until the caller commits, so a worker that takes it sees the caller's
    writes. A job that already runs does not count: it may have read what the caller just changed.
    """
    now = timezone.now()
    due = run_after or now
    while True:
        job = Job(
            kind=kind,
            subject=subject,
            organization_id=organization_id,
            payload=payload or {},
            run_after=due,
            rung_at=now if due <= now else None,
            max_attempts=max_attempts,
            created_at=now,
        )
        Job.objects.bulk_create([job], ignore_conflicts=bool(subject))
        if not subject:
            break
        queued = Job.objects.select_for_update().filter(kind=kind, subject=subject, state=JobState.QUEUED).first()
        if queued:
            job = _earlier(queued, due) if queued.pk != job.pk else job
            break
        # A worker took the queued one between the two statements: the next round inserts ours.
    if job.rung_at == now:
        ring_on_commit(job.pk)
    return job


def submit_many(kind: str, *, subjects: QuerySet, organization_id: UUID | None = None) -> None:
    """Queue one job for each row of `subjects` in one INSERT, inside the caller's transaction; none queued twice.

    Nothing is rung: ticks take them up, a few hundred at a time, so that a flood leaves the engine free for others.
    """
    now = timezone.now()
    insert_from(
        subjects,
        Job,
        ignore_conflicts=True,
        id=NewId(),
        kind=kind,
        organization=organization_id,
        subject=IdText("pk"),
        run_after=now,
        created_at=now,
    )


def _earlier(job: Job, due: datetime) -> Job:
    now = timezone.now()
    if due < job.run_after and job.run_after > now:
        job.run_after = due
        job.rung_at = None  # the next tick rings it when it is due
        if due <= now:
            job.rung_at = now
            ring_on_commit(job.pk)
        job.save(update_fields=["run_after", "rung_at"])
    return job


def cancel(*, job_id: UUID) -> bool:
    """Cancel a job that has not ended; a worker that runs it can write nothing more. False: it had ended."""
    with transaction.atomic():
        canceled = bool(
            Job.objects.filter(pk=job_id, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
                state=JobState.CANCELED, ended_at=timezone.now(), lease_until=None, slot=None
            )
        )
        if canceled:
            tell_over(Job.objects.get(pk=job_id))
    return canceled


def retry(*, job_id: UUID) -> bool:
    """Queue a dead or canceled job again with as many attempts as it had. False: there was nothing to do."""
    now = timezone.now()
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job_id, state__in=[JobState.DEAD, JobState.CANCELED]).update(
                state=JobState.QUEUED,
                run_after=now,
                rung_at=now,
                ended_at=None,
                progress=0,
                max_attempts=F("attempts") + F("max_attempts"),
            )
    except IntegrityError:  # an equal job is queued already, and will do the same
        return False
    if changed:
        ring_on_commit(job_id)
    return bool(changed)
