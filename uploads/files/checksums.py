"""Checksums of large files whose store has none: a job reads the bytes after the upload is completed.

Until then `checksum_sha256` is empty in the row and null in the API. A file whose bytes differ from the announced
checksum is withdrawn: an earlier version is restored, or the file goes into the trash. History and webhooks record it.
"""

import logging
from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext

from uploads.activity.record import record_activity
from uploads.choices import ActivityAction, JobState
from uploads.files.trash import trash_locked
from uploads.files.versions import restore_version
from uploads.jobs import JobContext, JobFailed, retry, submit
from uploads.models import Job, Upload, UploadSession, UploadVersion
from uploads.storage import store
from uploads.storage.checksum import READ_AT_ONCE, sha256_of
from uploads.storage.contract import MissingObject

log = logging.getLogger(__name__)

KIND = "read_checksum"


def schedule_checksum(upload: Upload) -> None:
    """Submit a job that computes the checksum of `upload`, if it is not known, after the caller's transaction."""
    if not upload.checksum_sha256:
        submit(KIND, subject=str(upload.pk), organization_id=upload.organization_id, max_attempts=20)


def submit_dead() -> dict[str, int]:
    """Queue dead jobs again: a store may be unavailable for longer than their attempts took."""
    dead = Job.objects.filter(kind=KIND, state=JobState.DEAD).values_list("pk", flat=True)
    return {"queued": sum(retry(job_id=pk) for pk in list(dead))}


def read_checksums(job: JobContext, upload_id: UUID | str) -> dict[str, int]:
    """Compute the missing checksums of an upload and its versions.

    Raises StoreUnavailable, JobFailed for a missing object.
    """
    upload = Upload.everything.filter(pk=upload_id, purging_at=None).first()
    if upload is None:
        return {"read": 0}
    stored: list[Upload | UploadVersion] = [upload, *UploadVersion.objects.filter(upload=upload)]
    unread = [(row.storage, row.key, row.size) for row in stored if not row.checksum_sha256]
    for storage, key, size in unread:
        _settle(job, upload.pk, storage, key, _read(job, storage, key, size))
    return {"read": len(unread)}


def _read(job: JobContext, storage: str, key: str, size: int) -> str:
    def reported() -> Iterator[bytes]:
        done, reported_at = 0, 0
        for chunk in store(storage).read(key):
            yield chunk
            done += len(chunk)
            if done - reported_at > 64 * READ_AT_ONCE:
                reported_at = done
                job.report(100 * done / size)

    try:
        return sha256_of(reported())
    except MissingObject:
        raise JobFailed(gettext("The object is missing in storage.")) from None


def _settle(job: JobContext, upload_id: UUID, storage: str, key: str, checksum: str) -> None:
    """Write the checksum of the bytes at `key`; withdraw the file where another checksum was announced."""
    announced = _announced(storage, key)
    with job.writing():
        upload = Upload.everything.select_for_update(of=("self",)).filter(pk=upload_id, purging_at=None).first()
        if upload is None:
            return
        UploadVersion.objects.filter(upload=upload, key=key).update(checksum_sha256=checksum)
        if upload.key != key:
            return
        upload.checksum_sha256 = checksum
        Upload.everything.filter(pk=upload.pk).update(checksum_sha256=checksum)
        if announced and checksum != announced:
            log.error("The bytes of upload %s differ from the announced checksum.", upload.pk)
            _withdraw(upload, announced, checksum)


def _announced(storage: str, key: str) -> str:
    """Return the checksum that the session of `key` announced; empty if there is none."""
    sessions = UploadSession.objects.filter(storage=storage, key=key)
    return sessions.values_list("checksum_sha256", flat=True).first() or ""


def _is_wrong(version: UploadVersion) -> bool:
    """Tell whether the bytes of `version` are known to differ from the announced ones."""
    read = version.checksum_sha256
    return bool(read) and _announced(version.storage, version.key) not in ("", read)


def _withdraw(upload: Upload, announced: str, checksum: str) -> None:
    changes = {"checksum_sha256": [announced, checksum]}
    record_activity(action=ActivityAction.EDIT, uploads=upload, actor_id=None, changes=changes)
    versions = UploadVersion.objects.filter(upload=upload).order_by("-number")
    earlier = next((version for version in versions if not _is_wrong(version)), None)
    if earlier and not upload.is_deleted:
        restore_version(upload=upload, number=earlier.number, by=None)
    elif not upload.is_deleted:
        trash_locked(ids=[upload.pk], by=None)
