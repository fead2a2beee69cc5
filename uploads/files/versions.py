"""New bytes under the same id and address. The earlier ones are kept as versions, which can be brought back.

Every set of bytes has a key of its own, so whoever reads during a change gets the old ones or the new ones, whole.
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

# What an upload and its versions have in common: facts of one set of bytes.
BYTES = (
    *("original_filename", "mime_type", "size", "checksum_sha256", "storage", "key"),
    *("width", "height", "page_count"),
)
LATE_READERS = timedelta(hours=1)  # addresses signed for bytes that are given up go on for a while


def replace_bytes(*, upload: Upload, facts: dict[str, Any], by: UUID | None) -> None:
    """Give a live upload, locked by the caller's transaction, other bytes: `facts` has each of BYTES.

    The present ones become a version; the oldest versions beyond `VERSIONS_KEPT` go.
    """
    _present_of(upload).save(force_insert=True)
    before = {"original_filename": upload.original_filename, "size": upload.size}
    for field in BYTES:
        setattr(upload, field, facts[field])
    upload.replaced_at, upload.replaced_by_id = timezone.now(), by
    _change_bytes(upload, before=before, by=by)
    _delete_oldest(upload)


def restore_version(*, upload: Upload, number: int, by: UUID | None) -> None:
    """Make an earlier version of a live upload, locked by the caller's transaction, the present one again.

    It gets a new number, and what was present becomes an earlier version in its place: no bytes are copied, and the
    quotas stay as they are. Raises NotFound.
    """
    version = UploadVersion.objects.filter(upload=upload, number=number).first()
    if version is None:
        raise NotFound
    present = _present_of(upload)
    before = {"original_filename": upload.original_filename, "size": upload.size}
    version.delete()
    present.save(force_insert=True)
    for field in BYTES:
        setattr(upload, field, getattr(version, field))
    upload.replaced_at, upload.replaced_by_id = version.created_at, version.created_by_id
    _change_bytes(upload, before=before, by=by, from_version=number)


def _present_of(upload: Upload) -> UploadVersion:
    """The present bytes as the version they are about to become; not saved yet."""
    return UploadVersion(
        upload=upload,
        number=upload.version,
        created_at=upload.replaced_at or upload.created_at,
        created_by_id=upload.replaced_by_id if upload.replaced_at else upload.uploaded_by_id,
        **{field: getattr(upload, field) for field in BYTES},
    )


def _change_bytes(upload: Upload, *, before: dict, by: UUID | None, **facts: int) -> None:
    """Write the new facts; whatever was made of the earlier bytes is given up or made again."""
    upload.version += 1
    upload.has_thumbnail = False
    upload.save(update_fields=[*BYTES, "version", "has_thumbnail", "replaced_at", "replaced_by"])
    apply_details(upload=upload, details={})  # the new name is to be found, too, and the row has changed
    changes = {name: [value, getattr(upload, name)] for name, value in before.items()}
    record_activity(
        action=ActivityAction.REPLACE,
        uploads=upload,
        actor_id=by,
        changes={**changes, **facts, "version": upload.version},
    )
    renditions = Rendition.objects.filter(upload=upload)
    made = list(renditions.values_list("storage", "key"))
    renditions.delete()
    schedule_deletions(deletion_of(upload, key, "rendition", storage=storage) for storage, key in made)
    submit("make_renditions", subject=str(upload.pk), organization_id=upload.organization_id)
    for lifecycle in lifecycles():
        lifecycle.on_replace(upload)


def _delete_oldest(upload: Upload) -> None:
    """Keep as many versions as the installation wants; signed addresses of the others go on for a moment."""
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
