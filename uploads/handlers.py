"""The handlers of background jobs of uploads, and their periods."""

from datetime import timedelta
from typing import Any

from permissions.authentication import sign_in_guard
from uploads.audit import background, remove_leftovers
from uploads.choices import Lane, SessionState
from uploads.files import checksums, metadata, purge, retention
from uploads.jobs import JobContext, handler, periodic
from uploads.jobs.prune import prune
from uploads.models import Upload, UploadSession
from uploads.outbox import worker
from uploads.outbox.deletions import LEASE
from uploads.renditions.render import draw_renditions
from uploads.sessions import end, expire, scan
from uploads.webhooks import deliveries


@handler("make_renditions", timeout=timedelta(minutes=30), lane=Lane.INTERACTIVE)
def make_renditions(job: JobContext) -> dict[str, Any]:
    """Read the metadata and draw the renditions of the upload named by `job.subject`."""
    upload = Upload.everything.filter(pk=job.subject, purging_at=None).first()
    if upload is None:
        return {"undrawable": "The upload does not exist."}
    return draw_renditions(job, upload, before=lambda folder: metadata.read_metadata(job, upload, folder))


@handler(metadata.KIND, timeout=metadata.TIMEOUT)
def read_metadata(job: JobContext) -> dict[str, Any]:
    """Read the metadata of the upload named by `job.subject`, which was uploaded before uploads did so themselves."""
    return metadata.read_metadata_again(job, job.subject)


@handler("delete_objects")
def delete_objects(job: JobContext) -> dict[str, Any]:
    """Delete the scheduled objects of the store named by `job.subject`."""
    return worker.process_due(job, job.subject)


@periodic("sweep_deletions", every=timedelta(minutes=1))
@handler("sweep_deletions", concurrency=1)
def sweep_deletions(job: JobContext) -> dict[str, Any]:
    """Submit jobs for deletions that are due again, or that have no job."""
    return worker.submit_due()


@periodic("prune_jobs", every=timedelta(hours=6))
@handler("prune_jobs", concurrency=1)
def prune_jobs(job: JobContext) -> dict[str, Any]:
    """Delete old jobs that have ended."""
    return prune()


@periodic("prune_sign_ins", every=timedelta(minutes=10))
@handler("prune_sign_ins", concurrency=1)
def prune_sign_ins(job: JobContext) -> dict[str, Any]:
    """Delete expired counters of failed sign-ins."""
    return sign_in_guard.prune()


@periodic("finish_purges", every=timedelta(minutes=5))
@handler("finish_purges", concurrency=1)
def finish_purges(job: JobContext) -> dict[str, Any]:
    """Finish purges that were interrupted or left to the background, or whose store did not respond."""
    purged = 0
    for gone in purge.finish_due(idle_for=LEASE):
        purged += gone
        job.report(50)
    return {"purged": purged}


@periodic("purge_trash", every=timedelta(days=1))
@handler("purge_trash", concurrency=1, lane=Lane.LONG)
def purge_trash(job: JobContext) -> dict[str, Any]:
    """Purge unused files that have been in the trash for TRASH_RETENTION_DAYS."""
    purged = 0
    for gone in retention.purge_due(before=retention.retention_cutoff()):
        purged += gone
        job.report(50)
    return {"purged": purged}


@periodic("expire_sessions", every=timedelta(minutes=10))
@handler("expire_sessions", concurrency=1)
def expire_sessions(job: JobContext) -> dict[str, Any]:
    """Clean up expired uploads (`sessions.expire`)."""
    return {"expired": expire.expire_sessions()}


@handler(checksums.KIND, timeout=timedelta(hours=6), lane=Lane.LONG)
def read_checksum(job: JobContext) -> dict[str, Any]:
    """Compute the missing checksums of the upload named by `job.subject`."""
    return checksums.read_checksums(job, job.subject)


@periodic("sweep_checksums", every=timedelta(days=1))
@handler("sweep_checksums", concurrency=1)
def sweep_checksums(job: JobContext) -> dict[str, Any]:
    """Queue dead `read_checksum` jobs again."""
    return checksums.submit_dead()


@handler(scan.KIND, concurrency=1)
def scan_session(job: JobContext) -> dict[str, Any]:
    """Scan the file of the session named by `job.subject`. One at a time: a slow scanner keeps one worker busy."""
    return scan.scan_session(job)


@handler("remove_session", backoff=timedelta(seconds=20))
def remove_session(job: JobContext) -> dict[str, Any]:
    """Delete the objects of the ended session named by `job.subject`, if its store did not respond before."""
    ended = UploadSession.objects.filter(pk=job.subject).exclude(state__in=[SessionState.OPEN, SessionState.COMPLETED])
    for session in ended:
        end.remove_objects(session)
    return {"removed": len(ended)}


@periodic("reap_leftovers", every=timedelta(minutes=10))
@handler("reap_leftovers", timeout=timedelta(minutes=30), concurrency=1)
def reap_leftovers(job: JobContext) -> dict[str, Any]:
    """Delete temporary files and parts that killed processes left in the stores."""
    return remove_leftovers.reap_leftovers(job)


@handler("send_webhooks", timeout=timedelta(minutes=10), concurrency=1)
def send_webhooks(job: JobContext) -> dict[str, Any]:
    """Send due deliveries to the webhook named by `job.subject`. One at a time: slow receivers keep one worker busy."""
    return deliveries.process_due(job, job.subject)


@periodic("sweep_webhooks", every=timedelta(minutes=1))
@handler("sweep_webhooks", concurrency=1)
def sweep_webhooks(job: JobContext) -> dict[str, Any]:
    """Submit jobs for due deliveries that have no job."""
    return deliveries.submit_due()


@periodic("prune_webhooks", every=timedelta(hours=6))
@handler("prune_webhooks", concurrency=1)
def prune_webhooks(job: JobContext) -> dict[str, Any]:
    """Delete old deliveries that have ended."""
    return deliveries.prune()


@periodic("audit_orphans", every=timedelta(days=7))
@handler("audit_orphans", timeout=timedelta(hours=12), concurrency=1, lane=Lane.LONG)
def audit_orphans(job: JobContext) -> dict[str, Any]:
    """Audit stores and rows; the result is a report (`audit.background`)."""
    return background.run_audit(job)


@periodic("clean_orphans", every=timedelta(days=7))
@handler("clean_orphans", timeout=timedelta(hours=12), concurrency=1, lane=Lane.LONG)
def clean_orphans(job: JobContext) -> dict[str, Any]:
    """Clean the findings of the audit of the payload; without a payload audit first, and quarantine the orphans."""
    return background.run_cleaning(job)
