"""Out of the trash for good: tombstone and outbox in one transaction, then the bytes, then the row.

Whatever ends this half-way leaves a tombstone, which nobody sees and nothing restores, and the list of what is still
to be removed. Finishing it again, by anyone and any number of times, comes to the same end.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common.db.clock import Now, now_plus
from common.db.transactions import after_commit
from permissions.access import Access
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction, RenditionKind
from uploads.errors import NotDeleted
from uploads.files.trash import in_use
from uploads.jobs.registry import periods
from uploads.models import StorageDeletion, Upload, Usage
from uploads.names import rendition_key
from uploads.outbox.deletions import deletion_of, record_deletions
from uploads.outbox.worker import LEASE, remove_purged_objects
from uploads.querysets import UploadQuerySet
from uploads.storage.contract import StoreUnavailable
from uploads.storage.key_holders import stored_holders
from uploads.storage.quota import free_bytes, stored_bytes
from uploads.usages.lifecycle import uses

logger = logging.getLogger(__name__)

BATCH = 250  # uploads in one transaction, which then takes a second or two at most

When = Callable[[Iterable[StorageDeletion]], Iterable[StorageDeletion]]  # says when the background may begin


def purge_upload(*, access: Access, upload: Upload) -> None:
    """Delete a trashed file, locked by the caller's transaction, for good; bytes and row go when that commits.

    Where the store does not answer then, the background goes on. Raises NotDeleted, and InUse with the usages that
    the caller may see.
    """
    if not upload.is_deleted:
        raise NotDeleted
    if upload.usage_count or upload.usages.exists():
        raise in_use(upload, access)
    _entomb([upload], by=access.user_id, when=_after_us)
    after_commit(_finish_or_leave, [upload.pk])


def purge_uploads(*, ids: Collection[UUID], by: UUID | None = None) -> int:
    """Purge those of `ids` (BATCH at most) that are in the trash and unused, one transaction for each step.

    No right is asked; `by` None is the system. Returns how many are gone; raises StoreUnavailable, after which
    `finish_purges` goes on.
    """
    return finish_purges(ids=_begin(ids, by, _after_us))


def begin_purges(*, ids: Collection[UUID], by: UUID | None = None) -> None:
    """The first half of `purge_uploads`: from here on nobody sees or restores them, and the background ends them."""
    _begin(ids, by, lambda entries: entries)


def purge_due(*, before: datetime, organization_id: UUID | None = None) -> Iterator[int]:
    """Finish what earlier purges left, then purge what went into the trash before then, batch by batch.

    Yields how many each batch ended. Constant memory; stopping anywhere loses nothing, and running it again goes on.
    Raises StoreUnavailable.
    """
    yield from finish_due()
    for batch in _in_batches(due_for_purge(before=before, organization_id=organization_id), "deleted_at"):
        yield purge_uploads(ids=batch)


def finish_due(*, idle_for: timedelta = timedelta(0)) -> Iterator[int]:
    """Go on with tombstones that have stood for so long; yields how many rows each batch ended. As `purge_due`."""
    for batch in _in_batches(unfinished_purges(idle_for=idle_for), "purging_at"):
        yield finish_purges(ids=batch)


def retention_ends() -> datetime:
    """The moment before which files must have gone into the trash to be purged now."""
    return timezone.now() - timedelta(days=settings.TRASH_RETENTION_DAYS)


def days_kept() -> int | None:
    """Return the days that files stay in the trash before the background purges them; None: it never does."""
    return settings.TRASH_RETENTION_DAYS if "purge_trash" in periods() else None


def due_for_purge(*, before: datetime, organization_id: UUID | None = None) -> UploadQuerySet:
    """Unused files that went into the trash before then, in one organization or all."""
    rows = purgeable(Upload.everything.filter(deleted_at__lt=before))
    return rows if organization_id is None else rows.filter(organization_id=organization_id)


def purgeable(rows: UploadQuerySet) -> UploadQuerySet:
    """Those of `rows` that are in the trash and that nothing uses.

    The counter is part of a row, so that PostgreSQL looks at it again after it waited for a lock; the usages are not.
    """
    return rows.trashed().filter(usage_count=0).exclude(Exists(Usage.objects.filter(upload=OuterRef("pk"))))


def unfinished_purges(*, idle_for: timedelta = timedelta(0)) -> UploadQuerySet:
    """Tombstones that have stood for so long, in the order in which they were put up."""
    return Upload.everything.filter(purging_at__lte=now_plus(-idle_for)).order_by("purging_at", "pk")


def finish_purges(*, ids: Collection[UUID]) -> int:
    """Remove the bytes of tombstones (BATCH at most), then the rows of those whose bytes are gone. Returns how many.

    Raises StoreUnavailable. A row stays while the store keeps one of its objects.
    """
    remove_purged_objects(ids)
    waiting = StorageDeletion.objects.filter(upload_id=OuterRef("pk"))
    with transaction.atomic():
        done = Upload.everything.filter(pk__in=ids).exclude(purging_at=None).exclude(Exists(waiting))
        gone = list(done.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        erase_rows(Upload.everything.filter(pk__in=gone))
    return len(gone)


def erase_rows(rows: UploadQuerySet) -> None:
    """Delete tombstones, locked by the caller's transaction, with what refers to them, and count their bytes out."""
    ids = list(rows.values_list("pk", flat=True))
    for use in uses():
        use.purged(ids)
    for organization_id in sorted(set(rows.order_by().values_list("organization_id", flat=True).distinct())):
        held = stored_bytes(rows.filter(organization_id=organization_id))
        for owner_id in sorted(held):
            free_bytes(organization_id=organization_id, user_id=owner_id, size=held[owner_id])
    rows.erase()


def objects_of(uploads: Collection[Upload]) -> list[StorageDeletion]:
    """Entries for every object of `uploads`: their bytes, renditions and earlier versions, and what apps made of them.

    All renditions are named, drawn or not: a worker may be storing some at this moment.
    """
    beside: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for upload in uploads:
        beside[upload.pk] |= {(upload.storage, rendition_key(upload, kind)) for kind in RenditionKind.values}
        beside[upload.pk].add((upload.storage, upload.key))
    for holder in stored_holders():
        if holder.upload:
            rows = holder.rows.filter(**{f"{holder.upload}__in": list(beside)}).order_by()
            for pk, storage, key in rows.values_list(f"{holder.upload}_id", "storage", "key"):
                beside[pk].add((storage, key))
    own = [
        deletion_of(upload, key, storage=storage) for upload in uploads for storage, key in sorted(beside[upload.pk])
    ]
    return [*own, *(entry for use in uses() for entry in use.doomed(uploads))]


def _in_batches(rows: QuerySet[Upload], moment: str) -> Iterator[list[UUID]]:
    """Ids of `rows`, the oldest `moment` first, each once even where a batch cannot be dealt with now."""
    after = Q()
    while page := list(rows.filter(after).order_by(moment, "pk").values_list(moment, "pk")[:BATCH]):
        yield [pk for _, pk in page]
        last, last_pk = page[-1]
        after = Q(**{f"{moment}__gt": last}) | Q(**{moment: last, "pk__gt": last_pk})


def _begin(ids: Collection[UUID], by: UUID | None, when: When) -> list[UUID]:
    with transaction.atomic():
        rows = purgeable(Upload.everything.filter(pk__in=ids)).select_for_update(of=("self",)).order_by("pk")
        uploads = list(rows)
        _entomb(uploads, by=by, when=when)
    return [upload.pk for upload in uploads]


def _entomb(uploads: Collection[Upload], *, by: UUID | None, when: When) -> None:
    """Write the tombstones, and in the outbox what must go before their rows do."""
    rows = Upload.everything.filter(pk__in=[upload.pk for upload in uploads], purging_at=None)
    record_activity(action=ActivityAction.PURGE, uploads=rows, actor_id=by)
    rows.update(purging_at=Now())
    record_deletions(when(objects_of(uploads)))


def _after_us(entries: Iterable[StorageDeletion]) -> Iterable[StorageDeletion]:
    """Keep the background away for as long as whoever purges is likely to be at it."""
    later = now_plus(LEASE)
    for entry in entries:
        entry.not_before = later
        yield entry


def _finish_or_leave(ids: Collection[UUID]) -> None:
    try:
        finish_purges(ids=ids)
    except StoreUnavailable as error:
        logger.warning("The store does not answer; the background will finish %s purges: %s", len(ids), error)
