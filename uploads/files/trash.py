"""Into the trash and back: soft deletion, file by file. Bytes stay until the trash is purged (see `purging`)."""

from collections.abc import Collection, Sequence
from itertools import product
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from common.batches import batches
from common.errors import InUse
from permissions.access import Access
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.errors import BeingPurged, NotDeleted
from uploads.models import Upload
from uploads.usages.lifecycle import lifecycles
from uploads.usages.queries import VisibleUsages

BATCH = 5000  # what a use is told at once


def delete_upload(*, access: Access, upload: Upload, force: bool = False) -> None:
    """Put a live file into the trash, which the caller's transaction has locked for an `access` that may delete it.

    Raises InUse, with the usages that the caller may see, where something uses it; `force` deletes it all the same,
    and its usages stay, so that restoring it mends what uses it.
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
    """The error that says where a file is used, as far as the caller may know."""
    places = "one place" if upload.usage_count == 1 else f"{upload.usage_count} places"
    return InUse(f"This file is used in {places}.", items=VisibleUsages.of(upload.pk, access).first())


def put_into_trash(*, ids: Collection[UUID], by: UUID | None) -> list[UUID]:
    """Trash those of `ids` that are live, whoever uses them; returns which. No right is asked: the caller did that.

    Rows are locked in order of id, so that two calls wait for each other and never for ever.
    """
    with transaction.atomic():
        locked = list(_locked(Upload.objects.among(ids)))
        trash_locked(ids=locked, by=by)
    return locked


def take_out_of_trash(*, ids: Collection[UUID], by: UUID | None) -> list[UUID]:
    """Restore those of `ids` that are in the trash and not being purged; returns which. No right is asked."""
    with transaction.atomic():
        locked = list(_locked(Upload.everything.trashed().among(ids)))
        restore_locked(ids=locked, by=by)
    return locked


def trash_locked(*, ids: Sequence[UUID], by: UUID | None) -> None:
    """Put files into the trash, all of which are live and locked by the caller's transaction."""
    if not ids:
        return
    rows, now = Upload.objects.among(ids), timezone.now()
    record_activity(action=ActivityAction.DELETE, uploads=rows, actor_id=by)
    rows.update(deleted_at=now, deleted_by_id=by, updated_at=now)
    for batch, lifecycle in product(batches(ids, BATCH), lifecycles()):
        lifecycle.on_trash(batch, at=now)


def restore_locked(*, ids: Sequence[UUID], by: UUID | None) -> None:
    """Take files out of the trash, all of which are in it and locked by the caller's transaction."""
    if not ids:
        return
    rows = Upload.everything.among(ids)
    record_activity(action=ActivityAction.RESTORE, uploads=rows, actor_id=by)
    rows.update(deleted_at=None, deleted_by=None, updated_at=timezone.now())
    for batch, lifecycle in product(batches(ids, BATCH), lifecycles()):
        lifecycle.on_restore(batch)


def _locked(rows):
    return rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
