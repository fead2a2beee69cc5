"""Which files are new, and under which keys they will be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.db.ids import new_id
from uploads.imports.outcomes import Outcome
from uploads.imports.sources import Found
from uploads.kinds import kind_of
from uploads.models import ImportedFile, ImportRun, StorageDeletion
from uploads.names import generated_filename
from uploads.storage.key_holders import keys_in_use

if TYPE_CHECKING:
    from uploads.imports.copy import Copied
    from uploads.imports.inspect import Sniffed
    from uploads.imports.run import Import


@dataclass(slots=True)
class Planned:
    """A file on its way: found, looked at, written down, copied."""

    found: Found
    digest: str
    sniffed: "Sniffed | None" = None
    row: ImportedFile | None = None
    copied: "Copied | None" = None
    problem: str = ""


def unknown(order: "Import", batch: list[Planned], tell: Callable[[Outcome], None]) -> list[Planned]:
    """Those of `batch` that were not imported yet; the ones a killed run had planned bring their row along."""
    rows = ImportedFile.objects.filter(organization=order.organization, digest__in=[file.digest for file in batch])
    known = {row.digest: row for row in rows}
    ours = _already_ours(order, batch, {row.key for row in known.values() if row.upload_id is None})
    unknown = []
    for file in batch:
        file.row = known.get(file.digest)
        if file.row and file.row.upload_id:
            tell(Outcome(file.found.name, "known", upload_id=file.row.upload_id))
        elif file.found.address in ours:
            tell(Outcome(file.found.name, "skipped", "in the library already"))
        else:
            unknown.append(file)
    return unknown


def _already_ours(order: "Import", batch: list[Planned], planned: set[str]) -> set[bytes]:
    if not order.source.storage:
        return set()
    keys = [file.found.address.decode() for file in batch]
    return {key.encode() for key in keys_in_use(order.source.storage, keys) - planned}


def write_down(order: "Import", run: ImportRun, files: list[Planned]) -> None:
    """Keep the keys before any byte is copied: what a crash leaves is known, and taken up by the next run."""
    fresh = []
    for file in files:
        if file.row is None and file.sniffed:
            file.row = _planned_row(order, run, file)
            fresh.append(file.row)
    if adopted := [file.row.pk for file in files if file.row and file.row.run_id != run.pk]:
        ImportedFile.objects.filter(pk__in=adopted, upload=None).update(run=run)
    ImportedFile.objects.bulk_create(fresh)
    if order.in_place:
        _leave_doomed(order, files)


def _leave_doomed(order: "Import", files: list[Planned]) -> None:
    """Forget files whose object is on its way out. Asked after the plan is written: a cleaner that decides later
    looks at the plans, under its own lock, before it puts an object into the outbox."""
    outbox = StorageDeletion.objects.filter(storage=order.source.storage)
    doomed = set(outbox.filter(key__in=[file.row.key for file in files if file.row]).values_list("key", flat=True))
    for file in files:
        if file.row and file.row.key in doomed:
            file.problem, file.sniffed, file.row = "is being removed", None, None
    ImportedFile.objects.filter(storage=order.source.storage, key__in=doomed, upload=None).delete()


def _planned_row(order: "Import", run: ImportRun, file: Planned) -> ImportedFile:
    assert file.sniffed
    pk, kind = new_id(), kind_of(file.sniffed.type)
    key = kind.layout.format(
        organization=order.organization.pk,
        id=pk,
        extension=file.sniffed.extension,
        name=generated_filename(file.found.name.rpartition("/")[2], file.sniffed.extension),
    )
    if order.in_place:
        key = file.found.address.decode()
    return ImportedFile(
        id=pk,
        run=run,
        organization=order.organization,
        digest=file.digest,
        source=file.found.name,
        storage=order.source.storage if order.in_place else kind.storage,
        key=key,
    )
