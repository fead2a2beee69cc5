"""Into the trash and back: soft deletion, file by file. Bytes stay until the trash is purged (see `purging`)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from permissions.access import Access, permits
from permissions.choices import Action
from permissions.errors import InUse
from uploads.choices import ActivityAction
from uploads.errors import BeingPurged, NotDeleted
from uploads.models import Upload
from uploads.services.activity import record_activity
from uploads.uses import uses
from uploads.where_used import WhereUsed


@dataclass(slots=True)
class TrashOutcome:
    """What became of each file that was asked for, by id."""

    deleted: list[UUID] = field(default_factory=list)
    denied: list[UUID] = field(default_factory=list)
    in_use: list[UUID] = field(default_factory=list)
    not_found: list[UUID] = field(default_factory=list)


def delete_upload(*, access: Access, upload: Upload, force: bool = False) -> None:
    """Put a live file into the trash, which the caller's transaction has locked for an `access` that may delete it.

    Raises InUse, with the usages that the caller may see, where something uses it; `force` deletes it all the same,
    and its usages stay, so that restoring it mends what uses it.
    """
    if upload.usage_count and not force:
        raise in_use(upload, access)
    put_into_trash(ids=[upload.pk], by=access.user_id)


def restore_upload(*, access: Access, upload: Upload) -> None:
    """Take a file, locked by the caller's transaction, out of the trash. Raises NotDeleted and BeingPurged."""
    if upload.purging_at:
        raise BeingPurged
    if not upload.is_deleted:
        raise NotDeleted
    take_out_of_trash(ids=[upload.pk], by=access.user_id)


def in_use(upload: Upload, access: Access) -> InUse:
    """The error that says where a file is used, as far as the caller may know."""
    places = "one place" if upload.usage_count == 1 else f"{upload.usage_count} places"
    return InUse(f"This file is used in {places}.", items=WhereUsed.of(upload.pk, access).first())


def put_into_trash(*, ids: Collection[UUID], by: UUID | None) -> list[UUID]:
    """Trash those of `ids` that are live, whoever uses them; returns which. No right is asked: the caller did that.

    Rows are locked in order of id, so that two calls wait for each other and never for ever.
    """
    with transaction.atomic():
        locked = list(_locked(Upload.objects.filter(pk__in=ids)))
        rows, now = Upload.objects.filter(pk__in=locked), timezone.now()
        record_activity(action=ActivityAction.DELETE, uploads=rows, actor_id=by)
        rows.update(deleted_at=now, deleted_by_id=by, updated_at=now)
        for use in uses():
            use.trashed(locked, at=now)
    return locked


def take_out_of_trash(*, ids: Collection[UUID], by: UUID | None) -> list[UUID]:
    """Restore those of `ids` that are in the trash and not being purged; returns which. No right is asked."""
    with transaction.atomic():
        locked = list(_locked(Upload.everything.trashed().filter(pk__in=ids)))
        rows = Upload.everything.filter(pk__in=locked)
        record_activity(action=ActivityAction.RESTORE, uploads=rows, actor_id=by)
        rows.update(deleted_at=None, deleted_by=None, updated_at=timezone.now())
        for use in uses():
            use.restored(locked)
    return locked


def trash_uploads(*, access: Access, ids: Collection[UUID], force: bool = False) -> TrashOutcome:
    """Put those of `ids` into the trash that the caller may delete and (unless `force`) that nothing uses.

    Files that the caller may not even see count as not found.
    """
    outcome = TrashOutcome()
    wanted = dict.fromkeys(ids)
    with transaction.atomic():
        rows = Upload.objects.allowing(access, Action.VIEW).filter(pk__in=wanted).order_by("pk")
        locked = rows.select_for_update(of=("self",)).values_list("pk", "uploaded_by_id", "usage_count")
        found = {pk: (owner, count) for pk, owner, count in locked}
        for pk in wanted:
            _sort(outcome, pk, found.get(pk), access, force)
        put_into_trash(ids=outcome.deleted, by=access.user_id)
    return outcome


def _locked(rows):
    return rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)


def _sort(outcome: TrashOutcome, pk: UUID, found: tuple[UUID, int] | None, access: Access, force: bool) -> None:
    if found is None:
        outcome.not_found.append(pk)
    elif not permits(access, Action.DELETE, found[0]):
        outcome.denied.append(pk)
    elif found[1] and not force:
        outcome.in_use.append(pk)
    else:
        outcome.deleted.append(pk)
