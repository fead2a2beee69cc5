"""Emptying the outbox of deletions: the store first, then the entry."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from itertools import groupby, islice
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from common.db.clock import Now, now_plus
from uploads.jobs import JobContext, submit
from uploads.jobs.claim import jitter, wait_after
from uploads.models import StorageDeletion
from uploads.storage import store
from uploads.storage.contract import StoreUnavailable
from uploads.storage.key_holders import keys_in_use

BATCH = 1000
LEASE = timedelta(minutes=10)  # a claimed entry is nobody else's for so long
FIRST_WAIT = timedelta(seconds=30)
IN_USE = "Still in use."

Errors = dict[int, str]
T = TypeVar("T")


def due_entries():
    return StorageDeletion.objects.filter(Q(not_before=None) | Q(not_before__lte=Now()))


def process_due(job: JobContext, storage: str) -> dict[str, int]:
    """Remove all that is due in one store. Counts what was removed and what failed, or is in use, and stays.

    An entry goes only after the store confirmed; each failure puts it off for longer. Raises StoreUnavailable.
    """
    counts = Counter(removed=0, failed=0)
    while entries := _claim_entries(storage):
        errors = remove_entries(storage, entries)
        counts.update(removed=len(entries) - len(errors), failed=len(errors))
        job.report(50)
    return dict(counts)


def remove_purged_objects(upload_ids: Collection[UUID]) -> None:
    """Remove what the purges of these uploads wait for, now, whoever else may be at it. Raises StoreUnavailable.

    What a store refuses stays in the outbox.
    """
    entries = StorageDeletion.objects.filter(upload_id__in=upload_ids).order_by("storage", "pk")
    for storage, of_one_store in groupby(entries, key=attrgetter("storage")):
        for batch in _batches(of_one_store):
            remove_entries(storage, batch)


def submit_due() -> dict[str, int]:
    """Queue the deletions of every store that has any due; this is what takes up entries whose turn has come again."""
    storages = sorted(set(due_entries().order_by().values_list("storage", flat=True).distinct()))
    for storage in storages:
        submit("delete_objects", subject=storage)
    return {"stores": len(storages)}


def cancel_deletions(storage: str, keys: Iterable[str]) -> bool:
    """Take keys back out of the outbox since they are about to be written anew. False: a worker may be removing them.

    Renditions alone need this: their keys follow from the original's, so restored bytes bring them back.
    """
    entries = StorageDeletion.objects.filter(storage=storage, key__in=list(keys))
    entries.filter(pk__in=due_entries()).delete()
    return not entries.exists()


def _claim_entries(storage: str) -> list[StorageDeletion]:
    """Claim a batch, and only then look who uses the keys: see `cancel_deletions`, which comes from the other side."""
    with transaction.atomic():
        entries = list(due_entries().select_for_update(skip_locked=True).filter(storage=storage)[:BATCH])
        claimed = StorageDeletion.objects.filter(pk__in=[entry.pk for entry in entries])
        claimed.update(attempts=F("attempts") + 1, not_before=now_plus(LEASE))
    return entries


def remove_entries(storage: str, entries: list[StorageDeletion]) -> Errors:
    """Remove what the entries name and delete those that are done with; the others are put off. The errors, by id."""
    try:
        errors = _remove(storage, entries)
    except StoreUnavailable as error:
        _put_off(entries, {entry.pk: str(error) for entry in entries})
        raise
    _put_off(entries, errors)
    StorageDeletion.objects.filter(pk__in=[entry.pk for entry in entries if entry.pk not in errors]).delete()
    return errors


def _remove(storage: str, entries: list[StorageDeletion]) -> Errors:
    """Remove what the entries name; returns what went wrong, by the entry's primary key."""
    objects = {entry.key: entry.pk for entry in entries if not entry.is_prefix}
    errors = {objects[key]: error for key, error in _remove_keys(storage, list(objects)).items()}
    for entry in entries:
        if entry.is_prefix and (error := _remove_prefix(storage, entry.key)):
            errors[entry.pk] = error
    return errors


def _remove_keys(storage: str, keys: list[str]) -> dict[str, str]:
    """Remove the keys that nothing uses; returns what went wrong, by key."""
    used = keys_in_use(storage, keys)
    free = [key for key in keys if key not in used]
    failures = store(storage).remove(free) if free else []
    return dict.fromkeys(used, IN_USE) | {failure.key: failure.error for failure in failures}


def _remove_prefix(storage: str, prefix: str) -> str:
    """Remove all objects below `prefix`; returns what went wrong with one of them, or nothing."""
    error = ""
    for keys in _batches(found.key for found in store(storage).scan(prefix)):
        errors = _remove_keys(storage, keys)
        error = next((f"{key}: {why}" for key, why in errors.items()), error)
    return error


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    things = iter(things)
    while batch := list(islice(things, BATCH)):
        yield batch


def _put_off(entries: list[StorageDeletion], errors: Errors) -> None:
    for entry in entries:
        if error := errors.get(entry.pk):
            wait = jitter(wait_after(entry.attempts + 1, FIRST_WAIT))
            StorageDeletion.objects.filter(pk=entry.pk).update(
                last_error=error.replace("\x00", "")[:2000], not_before=now_plus(wait)
            )
