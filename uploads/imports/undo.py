"""Undoing one run: removing the uploads that it made, and nothing else."""

from collections.abc import Callable, Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.batches import batches
from common.db.iterate import iterate
from common.errors import Conflict
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.files.purge import deletions_of, finish_purges, purgeable
from uploads.imports.outcomes import Outcome, Summary
from uploads.models import ImportedFile, ImportRun, Upload
from uploads.outbox.deletions import record_deletions, schedule_deletion

BATCH = 500


def undo_run(*, run: ImportRun, report: Callable[[Outcome], None] = lambda outcome: None) -> Summary:
    """Remove the uploads of `run` and the objects that it copied; sources stay, also objects imported in place.

    Files that are in use, or have other bytes by now, stay and are reported as failed. May be stopped and run again.
    Raises Conflict for a run that was undone, and StoreUnavailable.
    """
    if run.undone_at:
        raise Conflict(_("This import was already undone."))
    summary = Summary()
    for batch in batches(iterate(ImportedFile.objects.filter(run=run), size=BATCH), BATCH):
        for outcome in _undo(run, batch):
            summary.add(outcome)
            report(outcome)
    if not summary.failed:
        ImportRun.objects.filter(pk=run.pk).update(undone_at=timezone.now())
    return summary


def _undo(run: ImportRun, files: Collection[ImportedFile]) -> list[Outcome]:
    _delete_planned(run, [file for file in files if file.upload_id is None])
    made = {file.upload_id: file for file in files if file.upload_id}
    with transaction.atomic():
        rows = Upload.everything.filter(pk__in=list(made)).select_for_update(of=("self",)).order_by("pk")
        locked = {upload.pk: upload for upload in rows}
        removable = _mark_purging(run, locked)
    finish_purges(ids=[*removable, *(pk for pk, upload in locked.items() if upload.purging_at)])
    return [_outcome(file, locked.get(pk), pk in removable) for pk, file in made.items()]


def _delete_planned(run: ImportRun, files: Collection[ImportedFile]) -> None:
    with transaction.atomic():
        for file in files:
            if not run.in_place:
                schedule_deletion(file.storage, file.key, "import", organization_id=run.organization_id)
        ImportedFile.objects.filter(pk__in=[file.pk for file in files], upload=None).delete()


def _mark_purging(run: ImportRun, locked: dict[UUID, Upload]) -> set[UUID]:
    """Mark removable uploads as purging, as a purge does, without deletions of objects that were imported in place."""
    same = [pk for pk, upload in locked.items() if upload.version == 1 and upload.purging_at is None]
    now = timezone.now()
    Upload.everything.filter(pk__in=same, deleted_at=None, usage_count=0).update(deleted_at=now)
    rows = purgeable(Upload.everything.filter(pk__in=same))
    removable = set(rows.values_list("pk", flat=True))
    chosen = Upload.everything.filter(pk__in=removable)
    record_activity(action=ActivityAction.PURGE, uploads=chosen, actor_id=None)
    chosen.update(purging_at=now)
    entries = deletions_of([locked[pk] for pk in removable])
    own = {(upload.storage, upload.key) for upload in locked.values()} if run.in_place else set()
    record_deletions(entry for entry in entries if (entry.storage, entry.key) not in own)
    return removable


def _outcome(file: ImportedFile, upload: Upload | None, taken: bool) -> Outcome:
    if upload is None or taken or upload.purging_at:
        return Outcome(file.source, "taken back", upload_id=file.pk, size=upload.size if upload else 0)
    reason = "has other bytes now" if upload.version > 1 else "is in use"
    return Outcome(file.source, "failed", reason, upload_id=upload.pk)
