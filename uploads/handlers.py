"""The kinds of background job that uploads bring along."""

from datetime import timedelta

from uploads.jobs import JobHandle, handler, periodic
from uploads.jobs.pruning import prune


@periodic("prune_jobs", every=timedelta(hours=6))
@handler("prune_jobs", concurrency=1)
def prune_jobs(job: JobHandle) -> dict:
    """Forget jobs that ended long ago."""
    return prune()
