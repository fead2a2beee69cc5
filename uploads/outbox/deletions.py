"""The outbox of deletions: objects are given up inside a transaction, and removed after it, until it is done."""

from collections.abc import Iterable
from uuid import UUID

from common.db.clock import Moment
from common.db.transactions import after_commit
from uploads.jobs import submit
from uploads.models import StorageDeletion, Upload


def schedule_deletion(
    storage: str, key: str, reason: str, *, organization_id: UUID | None = None, not_before: Moment | None = None
) -> None:
    """Have the object at `key` removed once the caller's transaction committed, not before `not_before`."""
    schedule_deletions([_entry(storage, key, reason, organization_id, not_before)])


def schedule_prefix_deletion(
    storage: str, prefix: str, reason: str, *, organization_id: UUID | None = None, not_before: Moment | None = None
) -> None:
    """Have everything under `prefix` removed once the caller's transaction committed.

    Raises ValueError for a prefix that does not end with a slash; SQLite would drop such an entry without a word.
    """
    if not prefix.endswith("/"):
        raise ValueError(f"A prefix ends with a slash, unlike {prefix!r}.")
    schedule_deletions([_entry(storage, prefix, reason, organization_id, not_before, is_prefix=True)])


def schedule_deletions(entries: Iterable[StorageDeletion]) -> None:
    """Write any number of unsaved entries in one statement; those that are in the outbox already stay as they are."""
    entries = record_deletions(entries)
    for storage in {entry.storage for entry in entries}:
        # A crash before this leaves the entries, and the next sweep submits the job.
        after_commit(submit, "delete_objects", subject=storage)


def record_deletions(entries: Iterable[StorageDeletion]) -> list[StorageDeletion]:
    """As `schedule_deletions`, for a caller that removes the objects itself: only the sweep takes up what it leaves."""
    entries = list(entries)
    StorageDeletion.objects.bulk_create(entries, ignore_conflicts=True, batch_size=1000)
    return entries


def deletion_of(
    upload: Upload, key: str, reason: str = "purge", *, storage: str = "", is_prefix: bool = False
) -> StorageDeletion:
    """An unsaved entry for an object of `upload` (by default in its storage), whose purge waits until it is gone."""
    return StorageDeletion(
        storage=storage or upload.storage,
        key=key,
        is_prefix=is_prefix,
        reason=reason,
        organization_id=upload.organization_id,
        upload_id=upload.pk,
    )


def expedite_deletions(storage: str, prefix: str) -> None:
    """Have what was given up below `prefix`, to be removed some time, removed once the caller's transaction commits."""
    waiting = StorageDeletion.objects.filter(storage=storage, key__startswith=prefix, attempts=0)
    if waiting.update(not_before=None):
        after_commit(submit, "delete_objects", subject=storage)


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
