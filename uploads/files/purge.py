"""Purging files from the trash: mark the row and fill the outbox in one transaction, then delete bytes, then the row.

A purge that is interrupted leaves a tombstone (`purging_at`), which is hidden and cannot be restored, and the outbox
entries of the objects that remain. `finish_purges` is safe to run again at any time. `retention` says when files in the
trash are purged.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from common.batches import batches
from common.db.clock import Now, now_plus
from common.db.iterate import iterate
from common.db.transactions import after_commit
from permissions.access import Access
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.errors import NotDeleted
from uploads.files.trash import in_use
from uploads.models import StorageDeletion, Upload, Usage
from uploads.names import rendition_key, rendition_kinds
from uploads.outbox.deletions import LEASE, deletion_of, record_deletions
from uploads.outbox.worker import remove_purged_objects
from uploads.querysets import UploadQuerySet
from uploads.storage.contract import StoreUnavailable
from uploads.storage.key_holders import stored_holders
from uploads.storage.quota import free_bytes, stored_bytes
from uploads.usages.lifecycle import lifecycles

logger = logging.getLogger(__name__)

BATCH = 250  # uploads in one transaction, which then takes a second or two at most

Schedule = Callable[[Iterable[StorageDeletion]], Iterable[StorageDeletion]]  # sets `not_before` of entries


def purge_upload(*, access: Access, upload: Upload) -> None:
    """Purge a trashed file, locked by the caller's transaction; its bytes and its row are deleted after the commit.

    If the store does not respond then, a background job finishes the purge. Raises NotDeleted, and InUse with the
    usages that the caller may see.
    """
    if not upload.is_deleted:
        raise NotDeleted
    if upload.usage_count or upload.usages.exists():
        raise in_use(upload, access)
    mark_purging([upload], by=access.user_id, schedule=_after_lease)
    after_commit(_finish_or_defer, [upload.pk])


def purge_uploads(*, ids: Collection[UUID], by: UUID | None = None) -> int:
    """Purge those of `ids` (at most BATCH) that are in the trash and unused, in one transaction for each step.

    The caller has checked the rights; `by` None is the system. Returns the number of purged files. Raises
    StoreUnavailable; `finish_purges` then finishes the rest.
    """
    return finish_purges(ids=_begin(ids, by, _after_lease))


def begin_purges(*, ids: Collection[UUID], by: UUID | None = None) -> None:
    """Begin purges: the files are hidden and cannot be restored; background jobs finish them."""
    _begin(ids, by, _at_once)


def finish_due(*, idle_for: timedelta = timedelta(0)) -> Iterator[int]:
    """Finish purges that began at least `idle_for` ago; yields the number of rows that each batch deleted.

    Raises StoreUnavailable.
    """
    for batch in batches_by_age(unfinished_purges(idle_for=idle_for), "purging_at"):
        yield finish_purges(ids=batch)


def purgeable(rows: UploadQuerySet) -> UploadQuerySet:
    """Return those of `rows` that are in the trash and not in use.

    Both the counter and the usages are checked: PostgreSQL reads only the columns of a row again after it waited for
    its lock.
    """
    return rows.trashed().filter(usage_count=0).exclude(Exists(Usage.objects.filter(upload=OuterRef("pk"))))


def unfinished_purges(*, idle_for: timedelta = timedelta(0)) -> UploadQuerySet:
    """Return tombstones that are at least `idle_for` old, the oldest first."""
    return Upload.everything.filter(purging_at__lte=now_plus(-idle_for)).order_by("purging_at", "pk")


def finish_purges(*, ids: Collection[UUID]) -> int:
    """Delete the bytes of tombstones (at most BATCH), then the rows whose bytes are deleted; return how many rows.

    Raises StoreUnavailable. A row stays while the store keeps one of its objects.
    """
    remove_purged_objects(ids)
    waiting = StorageDeletion.objects.filter(upload_id=OuterRef("pk"))
    with transaction.atomic():
        done = Upload.everything.filter(pk__in=ids).exclude(purging_at=None).exclude(Exists(waiting))
        gone = list(done.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        delete_rows(Upload.everything.filter(pk__in=gone))
    return len(gone)


def delete_rows(rows: UploadQuerySet) -> None:
    """Delete the rows of tombstones, locked by the caller's transaction, with the rows that refer to them.

    Their bytes no longer count against the quotas.
    """
    ids = list(rows.values_list("pk", flat=True))
    for lifecycle in lifecycles():
        lifecycle.on_purge(ids)
    for organization_id in sorted(set(rows.order_by().values_list("organization_id", flat=True).distinct())):
        held = stored_bytes(rows.filter(organization_id=organization_id))
        for owner_id in sorted(held):
            free_bytes(organization_id=organization_id, user_id=owner_id, size=held[owner_id])
    rows.hard_delete()


def batches_by_age(rows: UploadQuerySet, moment: str) -> Iterator[list[UUID]]:
    """Yield the ids of `rows` in batches, the oldest `moment` first, each once even if a batch cannot be purged now."""
    oldest = iterate(rows.values_list(moment, "pk"), by=(moment, "pk"), size=BATCH)
    return batches((pk for _, pk in oldest), BATCH)


def deletions_of(uploads: Collection[Upload]) -> list[StorageDeletion]:
    """Return outbox entries for every object of `uploads`: bytes, renditions, earlier versions, those of other apps.

    All renditions are included, drawn or not, since a worker may be storing some.
    """
    objects: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for upload in uploads:
        objects[upload.pk] |= {
            (upload.storage, rendition_key(upload, kind)) for kind in rendition_kinds(upload.mime_type)
        }
        objects[upload.pk].add((upload.storage, upload.key))
    for holder in stored_holders():
        if holder.upload:
            rows = holder.rows.filter(**{f"{holder.upload}__in": list(objects)}).order_by()
            for pk, storage, key in rows.values_list(f"{holder.upload}_id", "storage", "key"):
                objects[pk].add((storage, key))
    own = [
        deletion_of(upload, key, storage=storage) for upload in uploads for storage, key in sorted(objects[upload.pk])
    ]
    return [*own, *(entry for lifecycle in lifecycles() for entry in lifecycle.objects_to_delete(uploads))]


def _begin(ids: Collection[UUID], by: UUID | None, schedule: Schedule) -> list[UUID]:
    with transaction.atomic():
        rows = purgeable(Upload.everything.filter(pk__in=ids)).select_for_update(of=("self",)).order_by("pk")
        uploads = list(rows)
        mark_purging(uploads, by=by, schedule=schedule)
    return [upload.pk for upload in uploads]


def mark_purging(uploads: Collection[Upload], *, by: UUID | None, schedule: Schedule) -> None:
    """Make tombstones of locked rows, and write the outbox entries that must be done before the rows are deleted."""
    rows = Upload.everything.filter(pk__in=[upload.pk for upload in uploads], purging_at=None)
    record_activity(action=ActivityAction.PURGE, uploads=rows, actor_id=by)
    rows.update(purging_at=Now())
    record_deletions(schedule(deletions_of(uploads)))


def _at_once(entries: Iterable[StorageDeletion]) -> Iterable[StorageDeletion]:
    return entries


def _after_lease(entries: Iterable[StorageDeletion]) -> Iterable[StorageDeletion]:
    """Keep entries from background jobs while this process probably deletes the objects itself."""
    later = now_plus(LEASE)
    for entry in entries:
        entry.not_before = later
        yield entry


def _finish_or_defer(ids: Collection[UUID]) -> None:
    try:
        finish_purges(ids=ids)
    except StoreUnavailable as error:
        logger.warning("The store does not answer; a background job will finish %s purges: %s", len(ids), error)
