"""Into the trash: soft deletion, file by file."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from permissions.access import Access, permits
from permissions.choices import Action
from uploads.models import Upload


@dataclass(slots=True)
class TrashOutcome:
    """What became of each file that was asked for, by id."""

    deleted: list[UUID] = field(default_factory=list)
    denied: list[UUID] = field(default_factory=list)
    in_use: list[UUID] = field(default_factory=list)
    not_found: list[UUID] = field(default_factory=list)


def trash_uploads(*, access: Access, ids: Collection[UUID], force: bool = False) -> TrashOutcome:
    """Put those of `ids` into the trash that the caller may delete and (unless `force`) that nothing uses.

    Files that the caller may not even see count as not found. Rows are locked in one order, so that two calls wait
    for each other; bytes stay until the trash is purged.
    """
    outcome = TrashOutcome()
    wanted = dict.fromkeys(ids)
    with transaction.atomic():
        rows = Upload.objects.allowing(access, Action.VIEW).filter(pk__in=wanted).order_by("pk")
        found = {pk: (owner, uses) for pk, owner, uses in _locked(rows)}
        for pk in wanted:
            _sort(outcome, pk, found.get(pk), access, force)
        now = timezone.now()
        Upload.objects.filter(pk__in=outcome.deleted).update(
            deleted_at=now, deleted_by_id=access.user_id, updated_at=now
        )
    return outcome


def _locked(rows):
    return rows.select_for_update(of=("self",)).values_list("pk", "uploaded_by_id", "usage_count")


def _sort(outcome: TrashOutcome, pk: UUID, found: tuple[UUID, int] | None, access: Access, force: bool) -> None:
    if found is None:
        outcome.not_found.append(pk)
    elif not permits(access, Action.DELETE, found[0]):
        outcome.denied.append(pk)
    elif found[1] and not force:
        outcome.in_use.append(pk)
    else:
        outcome.deleted.append(pk)
