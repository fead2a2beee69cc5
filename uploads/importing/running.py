"""One import, batch by batch."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import islice

from django.utils import timezone

from permissions.errors import Unavailable
from permissions.ids import new_id
from permissions.models import Organization
from uploads.importing.copying import Copied, copy_file
from uploads.importing.outcomes import Outcome, Summary
from uploads.importing.recording import record_files
from uploads.importing.sniffing import Sniffed, sniff
from uploads.importing.sources import Found, Source, SourceProblem
from uploads.importing.uploaders import Uploaders
from uploads.keys import generated_filename
from uploads.kinds import kind_of
from uploads.models import ImportedFile, ImportRun, StorageDeletion
from uploads.services.deletions import keys_in_use
from uploads.storage.contract import StoreUnavailable

BATCH = 256
SWITCH_SECONDS = 0.00005
AHEAD = 3  # batches under way: one gets its rows, one is copied, one waits, so that the copiers never do


@dataclass(frozen=True, slots=True)
class Import:
    """What to import, and how. `limit` counts files that are new; `threads` read and write at once."""

    organization: Organization
    source: Source
    uploaders: Uploaders
    in_place: bool = False
    dry_run: bool = False
    limit: int | None = None
    threads: int = 4
    report: Callable[[Outcome], None] = field(default=lambda outcome: None)


@dataclass(slots=True)
class Planned:
    """A file on its way: found, looked at, written down, copied."""

    found: Found
    digest: str
    sniffed: Sniffed | None = None
    row: ImportedFile | None = None
    copied: Copied | None = None
    problem: str = ""


@dataclass(slots=True)
class Copying:
    """A batch whose bytes are on their way."""

    files: list[Planned]
    copies: list[Future[None]] = field(default_factory=list)


def import_files(order: Import) -> tuple[ImportRun | None, Summary]:
    """Import what is new; returns the run (None for a dry run) and how many of each outcome there were.

    Running it again imports what is missing and nothing twice. Files that fail are reported and left for next time.
    Raises Outage (StoreUnavailable, StoreFull) where the store or the database gives out; what was done stays done.
    """
    summary = Summary()
    run = None if order.dry_run else _begin(order)

    def tell(outcome: Outcome) -> None:
        summary.add(outcome)
        order.report(outcome)

    left = order.limit
    with _switching_often(), _threads(order.threads) as copiers, _threads(order.threads) as lookers:
        under_way: deque[Copying] = deque()
        for batch in _batches(_files(order, tell)):
            new = _unknown(order, batch, tell)[:left]
            _look(order, lookers, new)
            if run is None:
                _foretell(order, new, tell)
            else:
                _write_down(order, run, new)
                under_way.append(Copying(new, [copiers.submit(_copy, order, file) for file in new if file.sniffed]))
                if len(under_way) == AHEAD:
                    _bring_in(order, run, under_way.popleft(), tell)
            left = None if left is None else left - len(new)
            if left == 0:
                break
        while run and under_way:
            _bring_in(order, run, under_way.popleft(), tell)
    if run:
        ImportRun.objects.filter(pk=run.pk).update(ended_at=timezone.now())
    return run, summary


@contextmanager
def _threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that begin nothing more once something went wrong: what is planned is taken up by the next run."""
    pool = ThreadPoolExecutor(count)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _switching_often() -> Iterator[None]:
    """Let whoever comes back from the disk go on at once, instead of after 5 ms at each of a file's many system calls.

    So long a thread that is busy with rows keeps the others waiting by default; the copiers came to half their rate.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _begin(order: Import) -> ImportRun:
    return ImportRun.objects.create(
        organization=order.organization,
        origin=order.source.origin[:4096],
        in_place=order.in_place,
        started_at=timezone.now(),
    )


def _files(order: Import, tell: Callable[[Outcome], None]) -> Iterator[Planned]:
    for found in order.source.walk():
        if found.skip:
            tell(Outcome(found.name, "failed" if found.failed else "skipped", found.skip))
        else:
            yield Planned(found, sha256(f"{order.source.origin}\0{found.name}".encode()).hexdigest())


def _batches(files: Iterator[Planned]) -> Iterator[list[Planned]]:
    while batch := list(islice(files, BATCH)):
        yield batch


def _unknown(order: Import, batch: list[Planned], tell: Callable[[Outcome], None]) -> list[Planned]:
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


def _already_ours(order: Import, batch: list[Planned], planned: set[str]) -> set[bytes]:
    if not order.source.storage:
        return set()
    keys = [file.found.address.decode() for file in batch]
    return {key.encode() for key in keys_in_use(order.source.storage, keys) - planned}


def _look(order: Import, threads: ThreadPoolExecutor, files: list[Planned]) -> None:
    list(threads.map(partial(_look_at, order.source), files))


def _look_at(source: Source, file: Planned) -> None:
    try:
        with source.open(file.found) as opened:
            file.sniffed = sniff(opened, file.found.name)
    except StoreUnavailable:
        raise
    except (SourceProblem, OSError, Unavailable) as error:  # Unavailable: the scanner failed, so nothing is believed
        file.problem = str(error)


def _foretell(order: Import, files: list[Planned], tell: Callable[[Outcome], None]) -> None:
    for file in files:
        if file.sniffed is None:
            tell(Outcome(file.found.name, "failed", file.problem))
            continue
        uploader = order.uploaders.of(file.found.name)
        tell(
            Outcome(
                file.found.name,
                "would import",
                mime_type=file.sniffed.mime_type,
                uploader=uploader.username,
                size=file.sniffed.stamp.size,
            )
        )


def _bring_in(order: Import, run: ImportRun, batch: Copying, tell: Callable[[Outcome], None]) -> None:
    """Wait for the bytes of a batch, and make its rows."""
    for copy in batch.copies:
        copy.result()
    uploads = record_files(order, run, [file for file in batch.files if file.copied])
    for file in batch.files:
        upload = uploads.get(file.row.pk) if file.row else None
        if upload is None:
            tell(Outcome(file.found.name, "failed", file.problem))
            continue
        tell(
            Outcome(
                file.found.name,
                "imported",
                upload_id=upload.pk,
                size=upload.size,
                mime_type=upload.mime_type,
                uploader=upload.uploaded_by.username,
            )
        )


def _write_down(order: Import, run: ImportRun, files: list[Planned]) -> None:
    """Keep the keys before any byte is copied: what a crash leaves is known, and taken up by the next run."""
    fresh = []
    for file in files:
        if file.row is None and file.sniffed:
            file.row = _planned_row(order, run, file)
            fresh.append(file.row)
    adopted = [file.row.pk for file in files if file.row and file.row.run_id != run.pk]
    ImportedFile.objects.filter(pk__in=adopted, upload=None).update(run=run)
    ImportedFile.objects.bulk_create(fresh)
    if order.in_place:
        _leave_doomed(order, files)


def _leave_doomed(order: Import, files: list[Planned]) -> None:
    """Forget files whose object is on its way out. Asked after the plan is written: a cleaner that decides later
    looks at the plans, under its own lock, before it puts an object into the outbox."""
    outbox = StorageDeletion.objects.filter(storage=order.source.storage)
    doomed = set(outbox.filter(key__in=[file.row.key for file in files if file.row]).values_list("key", flat=True))
    for file in files:
        if file.row and file.row.key in doomed:
            file.problem, file.sniffed, file.row = "is being removed", None, None
    ImportedFile.objects.filter(storage=order.source.storage, key__in=doomed, upload=None).delete()


def _planned_row(order: Import, run: ImportRun, file: Planned) -> ImportedFile:
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


def _copy(order: Import, file: Planned) -> None:
    assert file.sniffed and file.row
    try:
        with order.source.open(file.found) as opened:
            file.copied = copy_file(opened, file.sniffed, file.row, in_place=order.in_place)
    except (SourceProblem, OSError) as error:
        file.problem = str(error)
