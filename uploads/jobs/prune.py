"""Forgetting what ended long ago."""

from datetime import timedelta

from django.conf import settings

from common.db.clock import now_plus
from uploads.choices import JobState
from uploads.jobs.liveness import prune_workers
from uploads.models import Job

BATCH = 1000


def prune() -> dict[str, int]:
    """Delete ended jobs past their keeping time (settings), and workers that vanished."""
    ended = Job.objects.filter(state__in=[JobState.DONE, JobState.CANCELED])
    dead = Job.objects.filter(state=JobState.DEAD)
    return {
        "ended": _delete(ended.filter(ended_at__lt=now_plus(-timedelta(days=settings.JOBS_KEPT_DAYS)))),
        "dead": _delete(dead.filter(ended_at__lt=now_plus(-timedelta(days=settings.DEAD_JOBS_KEPT_DAYS)))),
        "workers": prune_workers(),
    }


def _delete(rows) -> int:
    """Delete in batches, so that no transaction grows with the backlog."""
    count = 0
    while batch := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        count += rows.model.objects.filter(pk__in=batch).delete()[0]
    return count
