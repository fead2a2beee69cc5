"""Objects set aside before they are removed: copied below `quarantine/{run}/` of their store, under their own key."""

import re
from collections.abc import Iterator

from common.batches import batches
from common.errors import Invalid
from uploads.audit.findings import QUARANTINE, audited_storages
from uploads.outbox.deletions import cancel_deletions
from uploads.storage import store
from uploads.storage.contract import StoredObject

MAX_KEY_BYTES = 1024
BATCH = 500


def quarantine_object(storage: str, run: str, found: StoredObject) -> bool:
    """Copy one object; doing it again is harmless. False: its key is too long to be put there.

    Raises MissingObject, StoreUnavailable.
    """
    target = f"{folder_of(run)}{found.key}"
    if len(target.encode()) > MAX_KEY_BYTES:
        return False
    there = store(storage).stat(target)
    if there is None or there.size != found.size:
        return store(storage).copy(found.key, target).size == found.size
    return True


def folder_of(run: str) -> str:
    """Raises Invalid for what is no run's name."""
    if not re.fullmatch(r"[0-9a-f]{32}", run):
        raise Invalid(f"{run!r} is not the name of a run: those have 32 letters and digits.")
    return f"{QUARANTINE}{run}/"


def quarantined_objects(run: str) -> Iterator[tuple[str, StoredObject]]:
    """Every object of a run, with its store's alias."""
    for alias in audited_storages():
        for found in store(alias).scan(folder_of(run)):
            yield alias, found


def restore_object(storage: str, run: str, found: StoredObject) -> bool:
    """Put one object back where it was, never over another. False: something else is there by now, or on its way out.

    Doing it again after it was cut short is harmless.
    """
    key = found.key.removeprefix(folder_of(run))
    there = store(storage).stat(key)
    if there is None:
        if not cancel_deletions(storage, [key]):
            return False
        there = store(storage).copy(found.key, key)
    if there.size != found.size:
        return False
    return not store(storage).remove([found.key])


def empty_quarantine(run: str) -> Iterator[int]:
    """Empty a run's quarantine; yields how many objects each batch removed."""
    for alias in audited_storages():
        for keys in batches((found.key for found in store(alias).scan(folder_of(run))), BATCH):
            yield len(keys) - len(store(alias).remove(keys))
