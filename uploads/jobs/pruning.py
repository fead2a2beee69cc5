"""Forgetting what ended long ago."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from uploads.choices import JobState
from uploads.jobs.liveness import prune_workers
from uploads.models import Job

BATCH = 1000


def prune() -> dict[str, int]:
    """Delete ended jobs past their keeping time (settings) and the database engine's own leftovers."""
    now = timezone.now()
    ended = Job.objects.filter(state__in=[JobState.DONE, JobState.CANCELED])
    dead = Job.objects.filter(state=JobState.DEAD)
    rings = DBTaskResult.objects.filter(enqueued_at__lt=now - timedelta(days=1)).exclude(status="READY")
    return {
        "ended": _delete(ended.filter(ended_at__lt=now - timedelta(days=settings.JOBS_KEPT_DAYS))),
        "dead": _delete(dead.filter(ended_at__lt=now - timedelta(days=settings.DEAD_JOBS_KEPT_DAYS))),
        # Rings whose worker was killed stay "running" there for ever; the ledger has long taken those jobs up again.
        "rings": _delete(rings),
        "workers": prune_workers(),
    }


def _delete(rows) -> int:
    """Delete in batches, so that no transaction grows with the backlog."""
    count = 0
    while batch := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        count += rows.model.objects.filter(pk__in=batch).delete()[0]
    return count
