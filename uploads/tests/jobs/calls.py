"""Jobs in states that take a while to reach."""

from datetime import timedelta

from django.utils import timezone

from uploads import jobs
from uploads.jobs import claim, registry
from uploads.models import Job


def running(kind: str = "sample", **values) -> Job:
    job = jobs.submit(kind, **values)
    claimed = claim.claim(job, registry.handler_of(kind))
    assert claimed
    return claimed


def backdate(job: Job) -> None:
    """Make the lease of a running job have run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
