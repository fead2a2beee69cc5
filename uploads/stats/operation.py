"""Figures for whoever watches the installation: the queue, workers, deletions, deliveries, sessions, stored bytes."""

from collections.abc import Mapping

from django.db.models import Count, Min, Q, Sum

from common.db.clock import Now
from uploads.choices import DeliveryState, JobState, Lane, SessionState
from uploads.jobs.liveness import living_workers
from uploads.models import Job, StorageAccount, StorageDeletion, UploadSession, WebhookDelivery

Figure = tuple[str, str, Mapping[str, float]]  # what it is, the name of its label or "", values by label


def figures() -> dict[str, Figure]:
    """Return the figures of the whole installation by name. Seven queries. Raises DatabaseError."""
    waiting, oldest = _queue()
    states = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    failing = StorageDeletion.objects.aggregate(all=Count("pk"), failing=Count("pk", filter=Q(attempts__gt=0)))
    return {
        "jobs_waiting": ("Jobs that are due and not started, by lane.", "lane", waiting),
        "jobs_oldest_seconds": ("Seconds that the oldest due job has waited, by lane.", "lane", oldest),
        "jobs": ("Jobs in the ledger, by state.", "state", {state: states.get(state, 0) for state in JobState.values}),
        "workers": ("Worker processes with a heartbeat.", "", {"": living_workers().count()}),
        "storage_deletions": ("Objects waiting for their deletion.", "", {"": failing["all"]}),
        "storage_deletions_failing": ("Objects whose deletion failed before.", "", {"": failing["failing"]}),
        "webhook_deliveries_waiting": ("Webhook deliveries not done.", "", {"": _deliveries()}),
        "upload_sessions_open": ("Upload sessions that are open.", "", {"": _sessions()}),
        "stored_bytes": ("Bytes of all organizations.", "", {"": _stored_bytes()}),
    }


def _queue() -> tuple[dict[str, float], dict[str, float]]:
    """Return the number of due jobs and the age of the oldest one in seconds, by the name of the lane."""
    due = Job.objects.filter(state=JobState.QUEUED, run_after__lte=Now()).order_by()
    rows = due.values_list("lane").annotate(count=Count("pk"), oldest=Min("run_after"), now=Min(Now()))
    found = {lane: (count, max((now - oldest).total_seconds(), 0.0)) for lane, count, oldest, now in rows}
    names = {lane: lane.name.lower() for lane in Lane}
    return (
        {name: found.get(lane, (0, 0.0))[0] for lane, name in names.items()},
        {name: found.get(lane, (0, 0.0))[1] for lane, name in names.items()},
    )


def _deliveries() -> int:
    return WebhookDelivery.objects.filter(state=DeliveryState.PENDING).count()


def _sessions() -> int:
    return UploadSession.objects.filter(state=SessionState.OPEN).count()


def _stored_bytes() -> int:
    return StorageAccount.objects.filter(user=None).aggregate(used=Sum("used"))["used"] or 0
