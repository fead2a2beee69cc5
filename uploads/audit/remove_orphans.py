"""Removing orphans: each is checked again, written into the outbox of deletions, and then removed.

The outbox is the lock. Its entry is committed before rows are searched for the key, and code that writes a key again,
or makes a row for stored bytes, must remove the entry first (`cancel_deletions`).
"""

from datetime import datetime

from django.db import transaction

from common.db.clock import database_now
from uploads.audit.activities import record_cleaning
from uploads.audit.clean_run import Cleaned, CleanRun
from uploads.audit.findings import Finding
from uploads.audit.quarantine import quarantine_object
from uploads.audit.referenced_keys import referenced_keys
from uploads.models import StorageDeletion
from uploads.outbox.deletions import LEASE, record_deletions
from uploads.outbox.worker import IN_USE, remove_entries
from uploads.storage import store
from uploads.storage.contract import StoredObject


def remove_orphans(orphans: list[Finding], run: CleanRun) -> None:
    """Remove those of `orphans`, objects of one store, that are unchanged and that no row names.

    Orphans above the limit of the run are left.
    """
    if not run.orphans_left:
        run.done.left += len(orphans)
        return
    unchanged = _unreferenced([orphan for orphan in orphans if _is_unchanged(orphan, run.done)], run.done)
    chosen, rest = unchanged[: run.orphans_left], unchanged[run.orphans_left :]
    run.done.left += len(rest)
    if run.quarantine:
        chosen = _unreferenced([orphan for orphan in chosen if _is_copied(orphan, run)], run.done)
    if chosen:
        run.journal.note("removing", chosen)
        _remove(chosen, run)


def is_same(finding: Finding, stored: StoredObject) -> bool:
    """Tell whether an object is the found one, by size, time and ETag.

    Whole seconds are compared, since stores list times more precisely than they return them for one object. Inventories
    leave out the quotes of an ETag.
    """
    found_at, stored_at = datetime.fromisoformat(finding.modified_at), stored.modified_at
    same_etag = not finding.etag or stored.etag.strip('"') == finding.etag.strip('"')
    same_time = found_at.replace(microsecond=0) == stored_at.replace(microsecond=0)
    return stored.size == finding.size and same_time and same_etag


def _is_unchanged(orphan: Finding, done: Cleaned) -> bool:
    stored = store(orphan.storage).stat(orphan.key)
    if stored is None:
        done.kept["gone"] += 1
    elif not is_same(orphan, stored):
        done.kept["changed"] += 1
    else:
        return True
    return False


def _unreferenced(orphans: list[Finding], done: Cleaned) -> list[Finding]:
    if not orphans:
        return []
    referenced = referenced_keys(orphans[0].storage, [orphan.key for orphan in orphans])
    done.kept["claimed"] += len(referenced)
    return [orphan for orphan in orphans if orphan.key not in referenced]


def _is_copied(orphan: Finding, run: CleanRun) -> bool:
    reason = quarantine_object(orphan, run.journal.run)
    if reason:
        run.done.kept[reason] += 1
    return not reason


def _remove(orphans: list[Finding], run: CleanRun) -> None:
    entries = _schedule(orphans[0].storage, orphans)
    errors = remove_entries(orphans[0].storage, entries)
    used = [pk for pk, error in errors.items() if error == IN_USE]
    StorageDeletion.objects.filter(pk__in=used).delete()  # a row was made for it meanwhile, so it is not an orphan
    keys = {entry.key for entry in entries}
    kept = {entry.key for entry in entries if entry.pk in used}
    failed = {entry.key for entry in entries if entry.pk in errors} - kept
    run.done.kept["claimed"] += len(orphans) - len(keys) + len(kept)
    run.record(orphans, keys - failed - kept, failed)


@transaction.atomic
def _schedule(storage: str, orphans: list[Finding]) -> list[StorageDeletion]:
    """Write the keys into the outbox, due after LEASE for workers; return the entries of keys that were not in it."""
    later = database_now() + LEASE
    keys = [orphan.key for orphan in orphans]
    record_deletions(StorageDeletion(storage=storage, key=key, reason="orphan", not_before=later) for key in keys)
    record_cleaning(orphans)
    return list(StorageDeletion.objects.filter(storage=storage, key__in=keys, reason="orphan", not_before=later))
