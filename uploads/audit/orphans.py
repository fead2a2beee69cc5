"""Removing orphans: each is looked at again, put into the outbox of deletions, and only then removed.

The outbox is the lock. Its entry is committed before any row is asked for the key, and what writes a key anew, or makes
a row for bytes that are there, must take the entry out first (`cancel_deletions`).
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from common.db.clock import database_now
from uploads.audit.activities import record_cleaning
from uploads.audit.findings import Finding
from uploads.audit.journal import Journal
from uploads.audit.quarantine import quarantine_object
from uploads.audit.referenced_keys import referenced_keys
from uploads.models import StorageDeletion
from uploads.outbox.deletions import LEASE, record_deletions
from uploads.outbox.worker import IN_USE, remove_entries
from uploads.storage import store
from uploads.storage.contract import StoredObject


@dataclass
class Cleaned:
    """What a run did. `kept` counts, by reason, what it left; `left` what the limit kept it from looking at."""

    removed: int = 0
    bytes: int = 0
    aborted: int = 0
    failed: int = 0
    left: int = 0
    kept: Counter[str] = field(default_factory=Counter)


def remove_orphans(orphans: list[Finding], limit: int, *, journal: Journal, done: Cleaned, quarantine: bool) -> None:
    """Remove those of `orphans`, all of one store, that are as they were found and that no row names.

    `limit` of them at most; with `quarantine` each is copied there first. Counts into `done`.
    """
    unchanged = _unreferenced([orphan for orphan in orphans if _is_unchanged(orphan, done)], done)
    done.left += len(unchanged[limit:])
    chosen = unchanged[:limit]
    if quarantine:
        chosen = _unreferenced([orphan for orphan in chosen if _is_copied(orphan, journal.run, done)], done)
    if chosen:
        journal.note("removing", chosen)
        _remove(chosen, journal, done, quarantine)


def is_same(finding: Finding, stored: StoredObject) -> bool:
    """Tell whether an object is the found one, by size, time and ETag.

    Stores list times more finely than they tell them of one object, so whole seconds are compared; inventories leave
    out the quotes of an ETag.
    """
    found_at, stored_at = datetime.fromisoformat(finding.modified_at), stored.modified_at
    same_etag = not finding.etag or stored.etag.strip('"') == finding.etag.strip('"')
    same_time = found_at.replace(microsecond=0) == stored_at.replace(microsecond=0)
    return stored.size == finding.size and same_time and same_etag


def count_removed(
    findings: Collection[Finding],
    removed: set[str],
    failed: set[str],
    *,
    journal: Journal,
    done: Cleaned,
    quarantined: bool,
) -> None:
    """Note in the journal, and count, which keys of `findings` were removed and which failed."""
    gone = [finding for finding in findings if finding.key in removed]
    journal.note("removed", gone, quarantined=quarantined)
    journal.note("failed", [finding for finding in findings if finding.key in failed])
    done.removed += len(gone)
    done.bytes += sum(finding.size for finding in gone)
    done.failed += len(failed)


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


def _is_copied(orphan: Finding, run: str, done: Cleaned) -> bool:
    reason = quarantine_object(orphan, run)
    if reason:
        done.kept[reason] += 1
    return not reason


def _remove(orphans: list[Finding], journal: Journal, done: Cleaned, quarantine: bool) -> None:
    entries = _schedule(orphans[0].storage, orphans)
    errors = remove_entries(orphans[0].storage, entries)
    used = [pk for pk, error in errors.items() if error == IN_USE]
    StorageDeletion.objects.filter(pk__in=used).delete()  # a row was made for it meanwhile: no orphan any more
    keys = {entry.key for entry in entries}
    kept = {entry.key for entry in entries if entry.pk in used}
    failed = {entry.key for entry in entries if entry.pk in errors} - kept
    done.kept["claimed"] += len(orphans) - len(keys) + len(kept)
    count_removed(orphans, keys - failed - kept, failed, journal=journal, done=done, quarantined=quarantine)


@transaction.atomic
def _schedule(storage: str, orphans: list[Finding]) -> list[StorageDeletion]:
    """Put the keys into the outbox, where no worker takes them up before LEASE; returns those that were not in it."""
    later = database_now() + LEASE
    keys = [orphan.key for orphan in orphans]
    record_deletions(StorageDeletion(storage=storage, key=key, reason="orphan", not_before=later) for key in keys)
    record_cleaning(orphans)
    return list(StorageDeletion.objects.filter(storage=storage, key__in=keys, reason="orphan", not_before=later))
