"""The quarantine: before objects are removed they are copied below `quarantine/{run}/` of their store."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from common.batches import batches
from common.errors import Invalid
from uploads.audit.findings import QUARANTINE, Finding, audited_storages
from uploads.outbox.deletions import cancel_deletions
from uploads.storage import store
from uploads.storage.contract import MissingObject, StoredObject

MAX_KEY_BYTES = 1024
BATCH = 500
TOO_LONG = "key too long for the quarantine"


def quarantine_object(orphan: Finding, run: str) -> str:
    """Copy one object into the quarantine; return the reason if it cannot be copied. Idempotent.

    Raises StoreUnavailable.
    """
    target = f"{folder_of(run)}{orphan.key}"
    if len(target.encode()) > MAX_KEY_BYTES:
        return TOO_LONG
    copy = store(orphan.storage).stat(target)
    if copy is None or copy.size != orphan.size:
        try:
            copy = store(orphan.storage).copy(orphan.key, target)
        except MissingObject:
            return "gone"
    return "" if copy.size == orphan.size else TOO_LONG


def folder_of(run: str) -> str:
    """Return the prefix of the quarantine of a run. Raises Invalid for a text that is not the id of a run."""
    if not re.fullmatch(r"[0-9a-f]{32}", run):
        raise Invalid(_("%(run)r is not the id of a run: an id has 32 hexadecimal digits.") % {"run": run})
    return f"{QUARANTINE}{run}/"


def quarantined_objects(run: str) -> Iterator[tuple[str, StoredObject]]:
    """Yield every object in the quarantine of a run, with the alias of its store."""
    for alias in audited_storages():
        for stored in store(alias).scan(folder_of(run)):
            yield alias, stored


def restore_object(storage: str, run: str, quarantined: StoredObject) -> bool:
    """Move one object back to its key; return False if another object is there, or is being removed. Idempotent."""
    key = quarantined.key.removeprefix(folder_of(run))
    existing = store(storage).stat(key)
    if existing is None:
        if not cancel_deletions(storage, [key]):
            return False
        existing = store(storage).copy(quarantined.key, key)
    if existing.size != quarantined.size:
        return False
    return not store(storage).remove([quarantined.key])


def empty_quarantine(run: str) -> Iterator[int]:
    """Empty the quarantine of a run; yield the number of objects that each batch removed."""
    for alias in audited_storages():
        for keys in batches((stored.key for stored in store(alias).scan(folder_of(run))), BATCH):
            yield len(keys) - len(store(alias).remove(keys))
