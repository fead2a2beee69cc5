"""Putting many files into the trash, and restoring them."""

from dataclasses import dataclass
from uuid import UUID

from common.db.transactions import transactional
from permissions.access import Access
from permissions.choices import Action
from uploads.files.bulk.selection import Selection, lock_selection
from uploads.files.trash import restore_locked, trash_locked


@dataclass(frozen=True, slots=True)
class DeleteOutcome:
    """The outcome of each file, by id, in the order of the request."""

    deleted: list[UUID]
    denied: list[UUID]
    not_found: list[UUID]
    in_use: list[UUID]


@dataclass(frozen=True, slots=True)
class RestoreOutcome:
    """The outcome of each file, by id, in the order of the request."""

    restored: list[UUID]
    denied: list[UUID]
    not_found: list[UUID]


@transactional
def bulk_delete(*, access: Access, selection: Selection, force: bool = False) -> DeleteOutcome:
    """Trash the selected live files that the caller may delete; without `force`, only those that are not in use."""
    locked = lock_selection(selection, access, Action.DELETE)
    kept = [] if force else [pk for pk, facts in locked.allowed.items() if facts.usage_count]
    for pk in kept:
        del locked.allowed[pk]
    deleted = list(locked.allowed)
    trash_locked(ids=deleted, by=access.user_id)
    return DeleteOutcome(deleted, locked.denied, locked.not_found, in_use=kept)


@transactional
def bulk_restore(*, access: Access, selection: Selection) -> RestoreOutcome:
    """Restore the selected files in the trash that the caller may delete; the others are denied or not found."""
    locked = lock_selection(selection, access, Action.DELETE)
    restored = list(locked.allowed)
    restore_locked(ids=restored, by=access.user_id)
    return RestoreOutcome(restored, locked.denied, locked.not_found)
