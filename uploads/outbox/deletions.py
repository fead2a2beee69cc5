"""The outbox of deletions: objects are scheduled in a transaction, and removed after its commit."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from common.db.clock import Moment, Now
from uploads.models import StorageDeletion, Upload
from uploads.outbox.base import Outbox

LEASE = timedelta(minutes=10)  # during which no other worker claims an entry


def due_deletions() -> QuerySet[StorageDeletion]:
    """Return the entries whose time has come; a claimed one is due again after its lease."""
    return StorageDeletion.objects.filter(Q(not_before=None) | Q(not_before__lte=Now()))


OUTBOX = Outbox(
    due=due_deletions,
    job_kind="delete_objects",
    target="storage",
    batch=1000,
    lease=LEASE,
    first_wait=timedelta(seconds=30),
)


def schedule_deletion(
    storage: str, key: str, reason: str, *, organization_id: UUID | None = None, not_before: Moment | None = None
) -> None:
    """Schedule the removal of the object at `key` after the caller's transaction, not before `not_before`."""
    schedule_deletions([_entry(storage, key, reason, organization_id, not_before)])


def schedule_prefix_deletion(
    storage: str, prefix: str, reason: str, *, organization_id: UUID | None = None, not_before: Moment | None = None
) -> None:
    """Schedule the removal of every object below `prefix` after the caller's transaction.

    Raises ValueError for a prefix that does not end with a slash; SQLite would drop such an entry without an error.
    """
    if not prefix.endswith("/"):
        raise ValueError(f"A prefix ends with a slash, unlike {prefix!r}.")
    schedule_deletions([_entry(storage, prefix, reason, organization_id, not_before, is_prefix=True)])


def schedule_deletions(entries: Iterable[StorageDeletion]) -> None:
    """Write any number of unsaved entries in one statement; keys that are in the outbox already keep their entry."""
    entries = record_deletions(entries)
    for storage in {entry.storage for entry in entries}:
        OUTBOX.submit_after_commit(storage)


def record_deletions(entries: Iterable[StorageDeletion]) -> list[StorageDeletion]:
    """Write entries for a caller that removes the objects itself; the sweep removes those that are left."""
    entries = list(entries)
    StorageDeletion.objects.bulk_create(entries, ignore_conflicts=True, batch_size=1000)
    return entries


def deletion_of(
    upload: Upload, key: str, reason: str = "purge", *, storage: str = "", is_prefix: bool = False
) -> StorageDeletion:
    """Return an unsaved entry for an object of `upload`, whose purge waits until the object is removed."""
    return StorageDeletion(
        storage=storage or upload.storage,
        key=key,
        is_prefix=is_prefix,
        reason=reason,
        organization_id=upload.organization_id,
        upload_id=upload.pk,
    )


def expedite_deletions(storage: str, prefix: str) -> None:
    """Remove objects below `prefix` that are scheduled for later once the caller's transaction commits."""
    waiting = StorageDeletion.objects.filter(storage=storage, key__startswith=prefix, attempts=0)
    if waiting.update(not_before=None):
        OUTBOX.submit_after_commit(storage)


def cancel_deletions(storage: str, keys: Iterable[str]) -> bool:
    """Remove keys from the outbox before they are written again; return False if a worker may be removing them.

    Renditions need this: their keys follow from that of the original, so restored bytes use them again.
    """
    entries = StorageDeletion.objects.filter(storage=storage, key__in=list(keys))
    entries.filter(pk__in=due_deletions()).delete()
    return not entries.exists()


def _entry(
    storage: str,
    key: str,
    reason: str,
    organization_id: UUID | None,
    not_before: Moment | None,
    *,
    is_prefix: bool = False,
) -> StorageDeletion:
    return StorageDeletion(
        storage=storage,
        key=key,
        is_prefix=is_prefix,
        reason=reason,
        organization_id=organization_id,
        not_before=not_before,
    )
