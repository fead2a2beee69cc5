"""Processing the outbox of deletions: the object is removed first, then the entry."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from common.batches import batches
from uploads.jobs import JobContext
from uploads.models import StorageDeletion
from uploads.outbox.deletions import OUTBOX
from uploads.storage import store
from uploads.storage.contract import StoreUnavailable
from uploads.storage.key_holders import needed_keys

BATCH = 1000
IN_USE = "Still in use."

Errors = dict[int, str]


def process_due(job: JobContext, storage: str) -> dict[str, int]:
    """Remove all due objects of one store; return the number of removed ones, and of those that failed or are in use.

    An entry is deleted after the store has confirmed; each failure postpones it for longer. Raises StoreUnavailable.
    """
    counts = Counter(removed=0, failed=0)
    # Claimed before keys in use are looked up: `cancel_deletions` works in the opposite order.
    while entries := OUTBOX.claim(storage):
        errors = remove_entries(storage, entries)
        counts.update(removed=len(entries) - len(errors), failed=len(errors))
        job.report(50)
    return dict(counts)


def remove_purged_objects(upload_ids: Collection[UUID]) -> None:
    """Remove the objects that purges of these uploads wait for, also if a worker is removing them.

    Objects that a store does not remove stay in the outbox. Raises StoreUnavailable.
    """
    entries = StorageDeletion.objects.filter(upload_id__in=upload_ids).order_by("storage", "pk")
    for storage, of_one_store in groupby(entries, key=attrgetter("storage")):
        for batch in batches(of_one_store, BATCH):
            remove_entries(storage, batch)


def submit_due() -> dict[str, int]:
    """Queue a job for every store with due deletions, also for those whose job was lost."""
    return {"stores": OUTBOX.submit_due()}


def remove_entries(storage: str, entries: Sequence[StorageDeletion]) -> Errors:
    """Remove the objects of the entries, delete successful entries and postpone others; return the errors by id."""
    try:
        errors = _remove(storage, entries)
    except StoreUnavailable as error:
        _postpone(entries, {entry.pk: str(error) for entry in entries})
        raise
    _postpone(entries, errors)
    StorageDeletion.objects.filter(pk__in=[entry.pk for entry in entries if entry.pk not in errors]).delete()
    return errors


def _remove(storage: str, entries: Sequence[StorageDeletion]) -> Errors:
    objects = {entry.key: entry.pk for entry in entries if not entry.is_prefix}
    errors = {objects[key]: error for key, error in _remove_keys(storage, list(objects)).items()}
    for entry in entries:
        if entry.is_prefix and (error := _remove_prefix(storage, entry.key)):
            errors[entry.pk] = error
    return errors


def _remove_keys(storage: str, keys: Collection[str]) -> dict[str, str]:
    """Remove the keys that no row needs; return the errors by key."""
    used = needed_keys(storage, keys)
    free = [key for key in keys if key not in used]
    failures = store(storage).remove(free) if free else []
    return dict.fromkeys(used, IN_USE) | {failure.key: failure.error for failure in failures}


def _remove_prefix(storage: str, prefix: str) -> str:
    """Remove all objects below `prefix`; return the last error, empty if there is none."""
    error = ""
    for keys in batches((stored.key for stored in store(storage).scan(prefix)), BATCH):
        errors = _remove_keys(storage, keys)
        error = next((f"{key}: {reason}" for key, reason in errors.items()), error)
    return error


def _postpone(entries: Iterable[StorageDeletion], errors: Errors) -> None:
    for entry in entries:
        if error := errors.get(entry.pk):
            row = StorageDeletion.objects.filter(pk=entry.pk)
            OUTBOX.postpone(row, entry.attempts, last_error=error.replace("\x00", "")[:2000])
