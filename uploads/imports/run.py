"""One import: batches of files, several under way at once, so that disk, processor and database overlap."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from threading import Event

from django.utils import timezone

from permissions.models import Organization
from uploads.imports.commit import record_files
from uploads.imports.copy import copy_files
from uploads.imports.inspect import look_at_files
from uploads.imports.outcomes import Outcome, Summary
from uploads.imports.reserve import Planned, unknown, write_down
from uploads.imports.sources import Source
from uploads.imports.uploaders import Uploaders
from uploads.models import ImportRun

BATCH = 256  # files that get their rows in one transaction
SLICE = 32  # files that one thread takes at a time, and makes durable together
LOOKED_AHEAD, COPIED_AHEAD = 1, 2  # batches begun before the one whose end is waited for


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


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that threads are working on."""

    files: list[Planned]
    work: list[Future[None]]

    def wait(self) -> None:
        for part in self.work:
            part.result()


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

    with Crew(order.threads) as lookers, Crew(order.threads) as copiers:
        looked = _ahead(_looks(order, lookers, tell), LOOKED_AHEAD)
        if run:
            for batch in _ahead(_copies(order, run, copiers, looked), COPIED_AHEAD):
                batch.wait()
                _bring_in(order, run, batch.files, tell)
            ImportRun.objects.filter(pk=run.pk).update(ended_at=timezone.now())
        else:
            for batch in looked:
                batch.wait()
                _foretell(order, batch.files, tell)
    return run, summary


class Crew:
    """Threads that take slices of a batch. Leaving the block early keeps them from beginning another file."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads)
        self._left = Event()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._pool.shutdown(cancel_futures=True)

    def take(self, work: Callable[[Iterator[Planned]], None], files: list[Planned]) -> Batch:
        """Begin `work` on slices of `files`."""
        slices = [files[at : at + SLICE] for at in range(0, len(files), SLICE)]
        return Batch(files, [self._pool.submit(work, self._until_left(part)) for part in slices])

    def _until_left(self, files: list[Planned]) -> Iterator[Planned]:
        for file in files:
            if self._left.is_set():
                return
            yield file


def _begin(order: Import) -> ImportRun:
    return ImportRun.objects.create(
        organization=order.organization,
        origin=order.source.origin[:4096],
        in_place=order.in_place,
        started_at=timezone.now(),
    )


def _ahead(batches: Iterator[Batch], many: int) -> Iterator[Batch]:
    """The same batches, each only when `many` more were begun."""
    begun: deque[Batch] = deque()
    for batch in batches:
        begun.append(batch)
        if len(begun) > many:
            yield begun.popleft()
    yield from begun


def _looks(order: Import, crew: Crew, tell: Callable[[Outcome], None]) -> Iterator[Batch]:
    """Begin to look at what is new."""
    left = order.limit
    files = _files(order, tell)
    while left != 0 and (found := list(islice(files, BATCH))):
        new = unknown(order, found, tell)[:left]
        left = None if left is None else left - len(new)
        yield crew.take(lambda part: look_at_files(order.source, part), new)


def _copies(order: Import, run: ImportRun, crew: Crew, looked: Iterator[Batch]) -> Iterator[Batch]:
    """Begin to copy what was looked at."""
    for batch in looked:
        batch.wait()
        write_down(order, run, batch.files)
        copying = crew.take(lambda part: copy_files(order, part), [file for file in batch.files if file.sniffed])
        yield Batch(batch.files, copying.work)


def _files(order: Import, tell: Callable[[Outcome], None]) -> Iterator[Planned]:
    for found in order.source.walk():
        if found.skip:
            tell(Outcome(found.name, "failed" if found.failed else "skipped", found.skip))
        else:
            yield Planned(found, sha256(f"{order.source.origin}\0{found.name}".encode()).hexdigest())


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


def _bring_in(order: Import, run: ImportRun, files: list[Planned], tell: Callable[[Outcome], None]) -> None:
    """Make the rows of files whose bytes are there."""
    uploads = record_files(order, run, [file for file in files if file.copied])
    for file in files:
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
