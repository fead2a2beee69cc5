"""Soft deletion: files go into the trash and are restored. Bytes stay until a purge (`uploads.files.purge`)."""

from collections.abc import Collection, Sequence
from itertools import product
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from common.batches import batches
from common.errors import InUse
from permissions.access import Access
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.errors import BeingPurged, NotDeleted
from uploads.models import Upload
from uploads.querysets import UploadQuerySet
from uploads.usages.lifecycle import lifecycles
from uploads.usages.queries import VisibleUsages

BATCH = 5000  # ids in one call of a lifecycle


def delete_upload(*, access: Access, upload: Upload, force: bool = False) -> None:
    """Put a live file into the trash. The caller's transaction has locked it and checked that `access` may delete it.

    Raises InUse, with the usages that the caller may see, for a file in use. With `force` it is deleted anyway and its
    usages stay, so that they work again when it is restored.
    """
    if upload.usage_count and not force:
        raise in_use(upload, access)
    put_into_trash(ids=[upload.pk], by=access.user_id)


def restore_upload(*, access: Access, upload: Upload) -> None:
    """Take a file, locked by the caller's transaction, out of the trash. Raises NotDeleted and BeingPurged."""
    if upload.purging_at:
        raise BeingPurged
    if not upload.is_deleted:
        raise NotDeleted
    take_out_of_trash(ids=[upload.pk], by=access.user_id)


def in_use(upload: Upload, access: Access) -> InUse:
    """Return the error with the usages of a file that the caller may see."""
    detail = ngettext(
        "This file is used in one place.", "This file is used in %(count)d places.", upload.usage_count
    ) % {"count": upload.usage_count}
    return InUse(detail, items=VisibleUsages.of(upload.pk, access).first())


def put_into_trash(*, ids: Collection[UUID], by: UUID | None) -> list[UUID]:
    """Trash those of `ids` that are live, in use or not; returns which. The caller has checked the rights.

    Rows are locked in order of id, so that two calls do not deadlock.
    """
    with transaction.atomic():
        locked = list(_locked(Upload.objects.among(ids)))
        trash_locked(ids=locked, by=by)
    return locked


def take_out_of_trash(*, ids: Collection[UUID], by: UUID | None) -> list[UUID]:
    """Restore those of `ids` that are in the trash and not being purged; returns which.

    The caller has checked the rights.
    """
    with transaction.atomic():
        locked = list(_locked(Upload.everything.trashed().among(ids)))
        restore_locked(ids=locked, by=by)
    return locked


def trash_locked(*, ids: Sequence[UUID], by: UUID | None) -> None:
    """Put files into the trash that are live and locked by the caller's transaction."""
    if not ids:
        return
    rows, now = Upload.objects.among(ids), timezone.now()
    record_activity(action=ActivityAction.DELETE, uploads=rows, actor_id=by)
    rows.update(deleted_at=now, deleted_by_id=by, updated_at=now)
    for batch, lifecycle in product(batches(ids, BATCH), lifecycles()):
        lifecycle.on_trash(batch, at=now)


def restore_locked(*, ids: Sequence[UUID], by: UUID | None) -> None:
    """Restore files that are in the trash and locked by the caller's transaction."""
    if not ids:
        return
    rows = Upload.everything.among(ids)
    record_activity(action=ActivityAction.RESTORE, uploads=rows, actor_id=by)
    rows.update(deleted_at=None, deleted_by=None, updated_at=timezone.now())
    for batch, lifecycle in product(batches(ids, BATCH), lifecycles()):
        lifecycle.on_restore(batch)


def _locked(rows: UploadQuerySet) -> QuerySet[Upload, UUID]:
    return rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
