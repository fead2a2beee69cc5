"""Selecting new files, and reserving their keys."""

from collections.abc import Callable

from common.db.ids import new_id
from uploads.imports.candidates import Candidate
from uploads.imports.options import ImportOptions
from uploads.imports.outcomes import Outcome
from uploads.kinds import kind_of
from uploads.models import ImportedFile, ImportRun, StorageDeletion
from uploads.names import generated_filename
from uploads.storage.key_holders import needed_keys


def new_candidates(
    options: ImportOptions, batch: list[Candidate], on_outcome: Callable[[Outcome], None]
) -> list[Candidate]:
    """Return those of `batch` that were not imported yet, with the rows that an interrupted run reserved."""
    rows = ImportedFile.objects.filter(organization=options.organization, digest__in=[file.digest for file in batch])
    known = {row.digest: row for row in rows}
    ours = _keys_in_use(options, batch, {row.key for row in known.values() if row.upload_id is None})
    unknown = []
    for file in batch:
        file.row = known.get(file.digest)
        if file.row and file.row.upload_id:
            on_outcome(Outcome(file.source.name, "known", upload_id=file.row.upload_id))
        elif file.source.address in ours:
            on_outcome(Outcome(file.source.name, "skipped", "in the library already"))
        else:
            unknown.append(file)
    return unknown


def _keys_in_use(options: ImportOptions, batch: list[Candidate], planned: set[str]) -> set[bytes]:
    if not options.source.storage:
        return set()
    keys = [file.source.address.decode() for file in batch]
    return {key.encode() for key in needed_keys(options.source.storage, keys) - planned}


def reserve_keys(options: ImportOptions, run: ImportRun, files: list[Candidate]) -> None:
    """Record the keys before any byte is copied, so that the next run continues after a crash."""
    fresh = []
    for file in files:
        if file.row is None and file.inspected:
            file.row = _planned_row(options, run, file)
            fresh.append(file.row)
    if adopted := [file.row.pk for file in files if file.row and file.row.run_id != run.pk]:
        ImportedFile.objects.filter(pk__in=adopted, upload=None).update(run=run)
    ImportedFile.objects.bulk_create(fresh)
    if options.in_place:
        _skip_deleted(options, files)


def _skip_deleted(options: ImportOptions, files: list[Candidate]) -> None:
    """Skip files whose object is being removed.

    Looked up after the rows are written: a cleaning that starts later reads them before it removes an object.
    """
    outbox = StorageDeletion.objects.filter(storage=options.source.storage)
    deleted = set(outbox.filter(key__in=[file.row.key for file in files if file.row]).values_list("key", flat=True))
    for file in files:
        if file.row and file.row.key in deleted:
            file.problem, file.inspected, file.row = "is being removed", None, None
    ImportedFile.objects.filter(storage=options.source.storage, key__in=deleted, upload=None).delete()


def _planned_row(options: ImportOptions, run: ImportRun, file: Candidate) -> ImportedFile:
    assert file.inspected
    pk, kind = new_id(), kind_of(file.inspected.type)
    key = kind.layout.format(
        organization=options.organization.pk,
        id=pk,
        extension=file.inspected.extension,
        name=generated_filename(file.name, file.inspected.extension),
    )
    if options.in_place:
        key = file.source.address.decode()
    return ImportedFile(
        id=pk,
        run=run,
        organization=options.organization,
        digest=file.digest,
        source=file.source.name,
        storage=options.source.storage if options.in_place else kind.storage,
        key=key,
    )
