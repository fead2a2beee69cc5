"""The kinds of background job that uploads bring along."""

from datetime import timedelta

from permissions.authentication import sign_in_guard
from uploads.audit import background, leftovers
from uploads.choices import Lane, SessionState
from uploads.files import checksums, purge
from uploads.jobs import JobContext, handler, periodic
from uploads.jobs.prune import prune
from uploads.models import Upload, UploadSession
from uploads.outbox import worker
from uploads.outbox.deletions import LEASE
from uploads.renditions.render import draw_renditions
from uploads.sessions import end, expire, scan
from uploads.webhooks import deliveries


@handler("make_renditions", timeout=timedelta(minutes=30), lane=Lane.INTERACTIVE)
def make_renditions(job: JobContext) -> dict:
    """Draw the pictures of the upload that the subject names."""
    upload = Upload.everything.filter(pk=job.subject, purging_at=None).first()
    return draw_renditions(job, upload) if upload else {"undrawable": "The upload is gone."}


@handler("delete_objects")
def delete_objects(job: JobContext) -> dict:
    """Remove given-up objects from the store that the subject names."""
    return worker.process_due(job, job.subject)


@periodic("sweep_deletions", every=timedelta(minutes=1))
@handler("sweep_deletions", concurrency=1)
def sweep_deletions(job: JobContext) -> dict:
    """Take up deletions whose turn has come again, or whose job never came to be."""
    return worker.submit_due()


@periodic("prune_jobs", every=timedelta(hours=6))
@handler("prune_jobs", concurrency=1)
def prune_jobs(job: JobContext) -> dict:
    """Forget jobs that ended long ago."""
    return prune()


@periodic("prune_sign_ins", every=timedelta(minutes=10))
@handler("prune_sign_ins", concurrency=1)
def prune_sign_ins(job: JobContext) -> dict:
    """Forget failed sign-ins whose time is over."""
    return sign_in_guard.prune()


@periodic("finish_purges", every=timedelta(minutes=5))
@handler("finish_purges", concurrency=1)
def finish_purges(job: JobContext) -> dict:
    """Go on with purges that were cut short or left to the background, or whose store did not answer."""
    purged = 0
    for gone in purge.finish_due(idle_for=LEASE):
        purged += gone
        job.report(50)
    return {"purged": purged}


@periodic("purge_trash", every=timedelta(days=1))
@handler("purge_trash", concurrency=1, lane=Lane.LONG)
def purge_trash(job: JobContext) -> dict:
    """Purge what has been in the trash for longer than the retention, as the trash page says."""
    purged = 0
    for gone in purge.purge_due(before=purge.retention_cutoff()):
        purged += gone
        job.report(50)
    return {"purged": purged}


@periodic("expire_sessions", every=timedelta(minutes=10))
@handler("expire_sessions", concurrency=1)
def expire_sessions(job: JobContext) -> dict:
    """End upload sessions whose time is over."""
    return {"expired": expire.expire_sessions()}


@handler(checksums.KIND, timeout=timedelta(hours=6), lane=Lane.LONG)
def read_checksum(job: JobContext) -> dict:
    """Read the bytes of the upload that the subject names, whose checksum its store does not tell."""
    return checksums.read_checksums(job, job.subject)


@periodic("sweep_checksums", every=timedelta(days=1))
@handler("sweep_checksums", concurrency=1)
def sweep_checksums(job: JobContext) -> dict:
    """Take up again what could not be read within the attempts of its job."""
    return checksums.submit_dead()


@handler(scan.KIND, concurrency=1)
def scan_session(job: JobContext) -> dict:
    """Let the scanner read what was stored for a session. One at a time, so that a slow scanner holds one worker."""
    return scan.scan_session(job)


@handler("remove_session", backoff=timedelta(seconds=20))
def remove_session(job: JobContext) -> dict:
    """Remove what is stored for the ended session that the subject names, which its store did not do at once."""
    ended = UploadSession.objects.filter(pk=job.subject).exclude(state__in=[SessionState.OPEN, SessionState.COMPLETED])
    for session in ended:
        end.remove_objects(session)
    return {"removed": len(ended)}


@periodic("reap_leftovers", every=timedelta(minutes=10))
@handler("reap_leftovers", timeout=timedelta(minutes=30), concurrency=1)
def remove_leftovers(job: JobContext) -> dict:
    """Remove temporary files and parts that killed writers left in the stores."""
    return leftovers.reap_leftovers(job)


@handler("send_webhooks", timeout=timedelta(minutes=10), concurrency=1)
def send_webhooks(job: JobContext) -> dict:
    """Send what is due to the webhook that the subject names. One at a time, so that slow receivers hold one worker."""
    return deliveries.process_due(job, job.subject)


@periodic("sweep_webhooks", every=timedelta(minutes=1))
@handler("sweep_webhooks", concurrency=1)
def sweep_webhooks(job: JobContext) -> dict:
    """Take up deliveries that are due and whose job never came to be."""
    return deliveries.submit_due()


@periodic("prune_webhooks", every=timedelta(hours=6))
@handler("prune_webhooks", concurrency=1)
def prune_webhooks(job: JobContext) -> dict:
    """Forget deliveries that ended long ago."""
    return deliveries.prune()


@periodic("audit_orphans", every=timedelta(days=7))
@handler("audit_orphans", timeout=timedelta(hours=12), concurrency=1, lane=Lane.LONG)
def audit_orphans(job: JobContext) -> dict:
    """Look for what stores and rows do not agree about; the result is a report (`services.audits.report_of`)."""
    return background.run_audit(job)


@periodic("clean_orphans", every=timedelta(days=7))
@handler("clean_orphans", timeout=timedelta(hours=12), concurrency=1, lane=Lane.LONG)
def clean_orphans(job: JobContext) -> dict:
    """Clean what the audit named by the payload found; without one audit first, and put what is found in quarantine."""
    return background.run_cleaning(job)
