"""Many files into the trash, and out of it: each one that the caller may."""

from dataclasses import dataclass
from uuid import UUID

from common.db.transactions import transactional
from permissions.access import Access
from permissions.choices import Action
from uploads.files.bulk.selection import Selection, lock_selection
from uploads.files.trash import restore_locked, trash_locked


@dataclass(frozen=True, slots=True)
class DeleteOutcome:
    """What became of each file, by id, in the order they were named."""

    deleted: list[UUID]
    denied: list[UUID]
    not_found: list[UUID]
    in_use: list[UUID]


@dataclass(frozen=True, slots=True)
class RestoreOutcome:
    """What became of each file, by id, in the order they were named."""

    restored: list[UUID]
    denied: list[UUID]
    not_found: list[UUID]


@transactional
def bulk_delete(*, access: Access, selection: Selection, force: bool = False) -> DeleteOutcome:
    """Trash those of the chosen live files that the caller may delete and (unless `force`) that nothing uses."""
    locked = lock_selection(selection, access, Action.DELETE)
    kept = [] if force else [pk for pk, facts in locked.allowed.items() if facts.usage_count]
    for pk in kept:
        del locked.allowed[pk]
    deleted = list(locked.allowed)
    trash_locked(ids=deleted, by=access.user_id)
    return DeleteOutcome(deleted, locked.denied, locked.not_found, in_use=kept)


@transactional
def bulk_restore(*, access: Access, selection: Selection) -> RestoreOutcome:
    """Take those of the chosen trashed files out of the trash that the caller may; any other is not found there."""
    locked = lock_selection(selection, access, Action.DELETE)
    restored = list(locked.allowed)
    restore_locked(ids=restored, by=access.user_id)
    return RestoreOutcome(restored, locked.denied, locked.not_found)
