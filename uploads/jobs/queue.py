"""Submitting jobs to the ledger, canceling and retrying them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, Expression, F, Q, QuerySet, Value
from django.db.models.functions import Least

from common.db.clock import Moment, Now
from common.db.insert_select import IdText, NewId, insert_from
from uploads.choices import JobState, Lane
from uploads.jobs.registry import call_on_failure, lane_of
from uploads.jobs.wake import wake_on_commit
from uploads.models import Job

MAX_EXTRA_ATTEMPTS = 20  # of a job that is retried; the column ends at 32,767


@transaction.atomic
def submit(
    kind: str,
    *,
    subject: str = "",
    organization_id: UUID | None = None,
    payload: dict[str, Any] | None = None,
    run_after: datetime | None = None,
    max_attempts: int = 5,
    lane: Lane | None = None,
) -> Job:
    """Queue a job inside the caller's transaction, in the lane of its kind unless another is given.

    While a job of the same kind and (non-empty) subject is queued, that one is returned, moved forward where
    `run_after` is earlier or `lane` more urgent. Its row stays locked until the caller commits, so a worker that takes
    it sees the caller's writes. A job that already runs does not count: it may have read what the caller just changed.
    """
    lane = lane_of(kind) if lane is None else lane
    due: Moment = run_after or Now()
    while True:
        job = Job(
            kind=kind,
            subject=subject,
            organization_id=organization_id,
            payload=payload or {},
            lane=lane,
            run_after=due,
            max_attempts=max_attempts,
            created_at=Now(),
        )
        Job.objects.bulk_create([job], ignore_conflicts=bool(subject))
        same = {"kind": kind, "subject": subject} if subject else {"pk": job.pk}
        queued = Job.objects.select_for_update().filter(**same, state=JobState.QUEUED).first()
        if queued:
            break
        # A worker took the queued one between the two statements: the next round inserts ours.
    if queued.pk != job.pk:
        _move_forward(queued, due, lane)
    if run_after is None:
        wake_on_commit(lane)
    return queued


def submit_many(kind: str, *, subjects: QuerySet[Any], organization_id: UUID | None = None) -> None:
    """Queue one job for each row of `subjects` in one INSERT, inside the caller's transaction; none is queued twice.

    They go into the lane for bulk work, behind jobs for which a person waits.
    """
    insert_from(
        subjects,
        Job,
        ignore_conflicts=True,
        id=NewId(),
        kind=kind,
        organization=organization_id,
        subject=IdText("pk"),
        lane=Lane.BULK,
        run_after=Now(),
        created_at=Now(),
    )


def _move_forward(job: Job, due: Moment, lane: Lane) -> None:
    """Move a queued job, locked by the caller, to an earlier time or a more urgent lane."""
    moment = due if isinstance(due, Expression) else Value(due, DateTimeField())
    later = Job.objects.filter(Q(run_after__gt=moment) | Q(lane__gt=lane), pk=job.pk)
    if later.update(run_after=Least("run_after", moment), lane=Least("lane", Value(lane))):
        job.refresh_from_db(fields=["run_after", "lane"])


def cancel(*, job_id: UUID) -> bool:
    """Cancel a job that has not ended; return whether there was one. A worker that runs it can write nothing more."""
    with transaction.atomic():
        canceled = bool(
            Job.objects.filter(pk=job_id, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
                state=JobState.CANCELED, ended_at=Now(), lease_until=None, slot=None
            )
        )
        if canceled:
            call_on_failure(Job.objects.get(pk=job_id))
    return canceled


def retry(*, job_id: UUID) -> bool:
    """Queue a dead or canceled job again with as many attempts as it had, at most MAX_EXTRA_ATTEMPTS.

    Returns False for other jobs, and if an equal job is queued already.
    """
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job_id, state__in=[JobState.DEAD, JobState.CANCELED]).update(
                state=JobState.QUEUED,
                run_after=Now(),
                ended_at=None,
                progress=0,
                max_attempts=F("attempts") + Least(F("max_attempts"), MAX_EXTRA_ATTEMPTS),
            )
    except IntegrityError:  # an equal job is queued already, and will do the same
        return False
    if changed:
        wake_on_commit(Lane(Job.objects.values_list("lane", flat=True).get(pk=job_id)))
    return bool(changed)
