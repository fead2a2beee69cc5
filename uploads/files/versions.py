"""Versions: a file gets new bytes under the same id and URL, and its earlier bytes can be restored.

Every version has a key of its own, so that a reader during a change gets all of the old bytes or all of the new ones.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from common.db.clock import now_plus
from common.errors import NotFound
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.files.edit import apply_details
from uploads.jobs import submit
from uploads.models import Rendition, Upload, UploadVersion
from uploads.outbox.deletions import deletion_of, schedule_deletions
from uploads.storage.quota import free_bytes
from uploads.usages.lifecycle import lifecycles

# The fields that an upload and its versions share: facts of one set of bytes.
BYTES = (
    *("original_filename", "mime_type", "size", "checksum_sha256", "storage", "key"),
    *("width", "height", "page_count", "metadata"),
)
LATE_READERS = timedelta(hours=1)  # signed URLs of deleted bytes stay valid for a while


def replace_bytes(*, upload: Upload, facts: dict[str, Any], by: UUID | None) -> None:
    """Give a live upload, locked by the caller's transaction, new bytes; `facts` has each of BYTES.

    The present bytes become a version. The oldest versions above `VERSIONS_KEPT` are deleted.
    """
    _present_of(upload).save(force_insert=True)
    before: dict[str, str | int] = {"original_filename": upload.original_filename, "size": upload.size}
    for field in BYTES:
        setattr(upload, field, facts[field])
    upload.replaced_at, upload.replaced_by_id = timezone.now(), by
    _change_bytes(upload, before=before, by=by)
    _delete_oldest(upload)


def restore_version(*, upload: Upload, number: int, by: UUID | None) -> None:
    """Make an earlier version of a live upload, locked by the caller's transaction, its present bytes.

    It gets a new number, and the present bytes become an earlier version. No bytes are copied and no quota changes.
    Raises NotFound.
    """
    version = UploadVersion.objects.filter(upload=upload, number=number).first()
    if version is None:
        raise NotFound
    present = _present_of(upload)
    before: dict[str, str | int] = {"original_filename": upload.original_filename, "size": upload.size}
    version.delete()
    present.save(force_insert=True)
    for field in BYTES:
        setattr(upload, field, getattr(version, field))
    upload.replaced_at, upload.replaced_by_id = version.created_at, version.created_by_id
    _change_bytes(upload, before=before, by=by, from_version=number)


def _present_of(upload: Upload) -> UploadVersion:
    """Return the present bytes as an unsaved version."""
    return UploadVersion(
        upload=upload,
        number=upload.version,
        created_at=upload.replaced_at or upload.created_at,
        created_by_id=upload.replaced_by_id if upload.replaced_at else upload.uploaded_by_id,
        **{field: getattr(upload, field) for field in BYTES},
    )


def _change_bytes(upload: Upload, *, before: dict[str, str | int], by: UUID | None, **facts: int) -> None:
    """Save the new facts; renditions of the earlier bytes are deleted and drawn again."""
    upload.version += 1
    upload.has_thumbnail = False
    upload.save(update_fields=[*BYTES, "version", "has_thumbnail", "replaced_at", "replaced_by"])
    apply_details(upload=upload, details={})  # the search text has the new name, and `updated_at` changes
    changes = {name: [value, getattr(upload, name)] for name, value in before.items()}
    record_activity(
        action=ActivityAction.REPLACE,
        uploads=upload,
        actor_id=by,
        changes={**changes, **facts, "version": upload.version},
    )
    renditions = Rendition.objects.filter(upload=upload)
    drawn = list(renditions.values_list("storage", "key"))
    renditions.delete()
    schedule_deletions(deletion_of(upload, key, "rendition", storage=storage) for storage, key in drawn)
    submit("make_renditions", subject=str(upload.pk), organization_id=upload.organization_id)
    for lifecycle in lifecycles():
        lifecycle.on_replace(upload)


def _delete_oldest(upload: Upload) -> None:
    """Keep VERSIONS_KEPT versions; the bytes of the others are deleted when their signed URLs have expired."""
    too_many = list(UploadVersion.objects.filter(upload=upload).order_by("-number")[settings.VERSIONS_KEPT :])
    if not too_many:
        return
    entries = [deletion_of(upload, version.key, "version", storage=version.storage) for version in too_many]
    for entry in entries:
        entry.not_before = now_plus(LATE_READERS)
    schedule_deletions(entries)
    size = sum(version.size for version in too_many)
    free_bytes(organization_id=upload.organization_id, user_id=upload.uploaded_by_id, size=size)
    UploadVersion.objects.filter(pk__in=[version.pk for version in too_many]).delete()
