"""One import: several batches of files at once, so that disk, processor and database work in parallel."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from threading import Event

from django.utils import timezone

from common.batches import batches
from uploads.imports.candidates import Candidate
from uploads.imports.catalogs import NOTHING, Catalog, Entry
from uploads.imports.commit import commit_files
from uploads.imports.copy import copy_files
from uploads.imports.dry_run import report_dry_run
from uploads.imports.inspect import inspect_files
from uploads.imports.options import ImportOptions
from uploads.imports.outcomes import Outcome, Summary
from uploads.imports.reserve import new_candidates, reserve_keys
from uploads.imports.sources import SourceFile
from uploads.models import ImportRun

BATCH = 256  # files that get their rows in one transaction
SLICE = 32  # files that one thread takes at a time and makes durable together
INSPECTED_AHEAD, COPIED_AHEAD = 1, 2  # batches that are begun before the end of the current one


@dataclass(frozen=True, slots=True)
class Batch:
    """Files, and the threads' work on them."""

    files: list[Candidate]
    work: list[Future[None]]

    def wait(self) -> None:
        for part in self.work:
            part.result()


def import_files(options: ImportOptions) -> tuple[ImportRun | None, Summary]:
    """Import the new files; return the run (None for a dry run) and the number of files by outcome.

    Another run imports the missing files and none twice. Files that fail are reported and left for the next run. Raises
    Outage (StoreUnavailable, StoreFull) if the store or the database fails; imported files stay.
    """
    summary = Summary()
    run = None if options.dry_run else _begin(options)

    def on_outcome(outcome: Outcome) -> None:
        summary.add(outcome)
        options.on_outcome(outcome)

    with ThreadTeam(options.threads) as inspectors, ThreadTeam(options.threads) as copiers:
        inspected = _prefetched(_inspections(options, inspectors, on_outcome), INSPECTED_AHEAD)
        if run:
            for batch in _prefetched(_copies(options, run, copiers, inspected), COPIED_AHEAD):
                batch.wait()
                _commit(options, run, batch.files, on_outcome)
            ImportRun.objects.filter(pk=run.pk).update(ended_at=timezone.now())
        else:
            for batch in inspected:
                batch.wait()
                report_dry_run(options, batch.files, on_outcome)
    return run, summary


class ThreadTeam:
    """Threads that work on slices of a batch. After an early end of the block they begin no other file."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads)
        self._left = Event()

    def __enter__(self) -> "ThreadTeam":
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._pool.shutdown(cancel_futures=True)

    def take(self, work: Callable[[Iterator[Candidate]], None], files: list[Candidate]) -> Batch:
        """Begin `work` on slices of `files`."""
        return Batch(files, [self._pool.submit(work, self._until_left(part)) for part in batches(files, SLICE)])

    def _until_left(self, files: list[Candidate]) -> Iterator[Candidate]:
        for file in files:
            if self._left.is_set():
                return
            yield file


def _begin(options: ImportOptions) -> ImportRun:
    return ImportRun.objects.create(
        organization=options.organization,
        origin=options.source.origin[:4096],
        in_place=options.in_place,
        started_at=timezone.now(),
    )


def _prefetched(batches: Iterator[Batch], many: int) -> Iterator[Batch]:
    """Yield the same batches, each after `many` more were begun."""
    begun: deque[Batch] = deque()
    for batch in batches:
        begun.append(batch)
        if len(begun) > many:
            yield begun.popleft()
    yield from begun


def _inspections(options: ImportOptions, team: ThreadTeam, on_outcome: Callable[[Outcome], None]) -> Iterator[Batch]:
    """Begin to inspect the new files."""
    left = options.limit
    if left == 0:
        return
    for files in batches(_files(options, on_outcome), BATCH):
        new = new_candidates(options, files, on_outcome)[:left]
        yield team.take(lambda part: inspect_files(options.source, part), new)
        left = None if left is None else left - len(new)
        if left == 0:
            return


def _copies(options: ImportOptions, run: ImportRun, team: ThreadTeam, inspected: Iterator[Batch]) -> Iterator[Batch]:
    """Begin to copy the inspected files."""
    for batch in inspected:
        batch.wait()
        reserve_keys(options, run, batch.files)
        copying = team.take(lambda part: copy_files(options, part), [file for file in batch.files if file.inspected])
        yield Batch(batch.files, copying.work)


def _files(options: ImportOptions, on_outcome: Callable[[Outcome], None]) -> Iterator[Candidate]:
    """Yield the files to import; after the last one, report the entries of the catalogs that name no file."""
    for file in options.source.walk():
        entry = _entry(options.catalogs, file)
        if why := file.skip or entry.skip:
            on_outcome(Outcome(file.name, "failed" if file.failed else "skipped", why))
        else:
            yield Candidate(file, sha256(f"{options.source.origin}\0{file.name}".encode()).hexdigest(), entry)
    for catalog in options.catalogs:
        for label in catalog.unmatched():
            on_outcome(Outcome(label, "unmatched", "no such file"))


def _entry(catalogs: Sequence[Catalog], file: SourceFile) -> Entry:
    """Return what the catalogs say of a file, the first one that says something first."""
    merged = NOTHING
    for catalog in catalogs:
        merged = merged.over(catalog.find(*file.paths) or Entry(skip=catalog.unlisted))
    return merged


def _commit(
    options: ImportOptions, run: ImportRun, files: list[Candidate], on_outcome: Callable[[Outcome], None]
) -> None:
    """Make the rows of files whose bytes are stored."""
    uploads = commit_files(options, run, [file for file in files if file.copied])
    for file in files:
        upload = uploads.get(file.row.pk) if file.row else None
        if upload is None:
            on_outcome(Outcome(file.source.name, "failed", file.problem))
            continue
        on_outcome(
            Outcome(
                file.source.name,
                "imported",
                "; ".join(file.entry.notes),
                upload_id=upload.pk,
                size=upload.size,
                mime_type=upload.mime_type,
                uploader=upload.uploaded_by.username,
            )
        )
