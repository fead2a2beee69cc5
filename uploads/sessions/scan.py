"""Scanning uploads: small files in the request, large ones in a job before the session completes."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from common.errors import Unavailable
from uploads.choices import JobState
from uploads.errors import ContentMismatch
from uploads.inspection import Content
from uploads.inspection.scanner import scan
from uploads.jobs import JobContext, submit
from uploads.models import Job, UploadSession
from uploads.storage import store
from uploads.storage.checksum import may_read
from uploads.storage.contract import StoredObject

KIND = "scan_session"


class BeingScanned(Unavailable):
    """503: the scanner is reading the file; complete the session again later."""

    code = "being_scanned"
    detail = gettext_noop("The file is being scanned. Complete the upload again in a moment.")
    retry_after = 5


def require_scanned(session: UploadSession, stored: StoredObject, content: Content) -> None:
    """Return when the configured scanner, if any, has accepted the bytes. Every file is read.

    Raises ContentMismatch for a finding, Unavailable where the scanner fails, BeingScanned while a job reads.
    """
    if not settings.UPLOAD_SCANNER:
        return
    if may_read(stored.size):
        scan(content)
        return
    last = Job.objects.filter(kind=KIND, subject=str(session.pk)).order_by("-created_at", "-pk").first()
    if last and last.state == JobState.DONE and last.result.get("etag") == stored.etag:
        if last.result["finding"]:
            raise ContentMismatch(gettext("The scanner refused this file."))
        return
    if last is None or last.state not in (JobState.QUEUED, JobState.RUNNING):
        submit(KIND, subject=str(session.pk), organization_id=session.organization_id)
    raise BeingScanned


def scan_session(job: JobContext) -> dict[str, Any]:
    """Scan the object of the session that the job names. Raises StoreUnavailable, and Unavailable of the scanner."""
    session = UploadSession.objects.filter(pk=job.subject).first()
    stored = store(session.storage).stat(session.key) if session and session.is_open else None
    if session is None or stored is None:
        return {"etag": "", "finding": False}
    content = Content(stored.size, lambda start, end: store(session.storage).read(session.key, start, end))
    try:
        scan(content)
    except ContentMismatch:
        return {"etag": stored.etag, "finding": True}
    return {"etag": stored.etag, "finding": False}
