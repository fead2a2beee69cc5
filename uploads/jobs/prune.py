"""Deleting old jobs from the ledger, and killed processes from the list of workers."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from common.db.clock import now_plus
from common.db.iterate import delete_in_batches
from uploads.choices import JobState
from uploads.jobs.liveness import prune_workers
from uploads.models import Job


def prune() -> dict[str, int]:
    """Delete jobs that ended longer ago than the settings keep them, and rows of killed workers."""
    ended = Job.objects.filter(state__in=[JobState.DONE, JobState.CANCELED])
    dead = Job.objects.filter(state=JobState.DEAD)
    return {
        "ended": _delete_older(ended, settings.JOBS_KEPT_DAYS),
        "dead": _delete_older(dead, settings.DEAD_JOBS_KEPT_DAYS),
        "workers": prune_workers(),
    }


def _delete_older(jobs: QuerySet[Job], days: int) -> int:
    return delete_in_batches(jobs.filter(ended_at__lt=now_plus(-timedelta(days=days))))
