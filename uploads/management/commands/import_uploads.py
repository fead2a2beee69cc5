"""Import existing files."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import CommandParser

from common.commands.locking import exclusive_lock
from common.commands.operator import Advance, Failed, OperatorCommand, UsageError
from common.db.ids import parse_id
from permissions.management.arguments import organization_named
from permissions.models import Organization
from uploads.imports import (
    FolderSource,
    ImportOptions,
    Outcome,
    Source,
    StoreSource,
    Summary,
    Uploaders,
    import_files,
    read_manifest,
    undo_run,
)
from uploads.models import ImportRun

STORES = ("media", "assets")


class Command(OperatorCommand):
    help = (
        "Import existing files into an organization as PRIVATE files; their content decides the type. Each source is "
        "imported once. May be stopped at any time: the same command continues. --undo undoes one run."
    )
    example = "import_uploads /srv/old-media --organization demo --uploader-from-path 'users/{username}/'"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="Folder with the files. Links are not followed.")
        parser.add_argument("--from-storage", choices=STORES, help="Read from this store instead of a folder.")
        parser.add_argument(
            "--prefix", default="", help="Only objects of the store with this prefix, which ends with a slash."
        )
        parser.add_argument(
            "--in-place", action="store_true", help="Use the objects of the store at their keys, without copying them."
        )
        parser.add_argument("--organization", metavar="SLUG", help="Organization that gets the files.")
        parser.add_argument(
            "--uploader-from-path",
            metavar="PATTERN",
            default="",
            help="Pattern of paths with the owner, such as users/{username}/.",
        )
        parser.add_argument("--manifest", type=Path, help="CSV with the columns path and username.")
        parser.add_argument("--dry-run", action="store_true", help="Only report what would be imported.")
        parser.add_argument("--limit", type=int, help="Import at most this many new files.")
        parser.add_argument("--threads", type=int, default=4, help="Files read and written at once (%(default)s).")
        parser.add_argument("--report", type=Path, help="Write one JSON line for each file to this file.")
        parser.add_argument("--undo", metavar="RUN", help="Remove the files that this run imported.")

    def perform(self, *, undo: str | None, report: Path | None, **options: Any) -> None:
        with _lines(report) as lines:
            if undo:
                self._undo(undo, lines)
            else:
                self._import(lines, **options)

    def _import(
        self,
        lines: IO[str] | None,
        *,
        organization: str | None,
        uploader_from_path: str,
        manifest: Path | None,
        in_place: bool,
        dry_run: bool,
        limit: int | None,
        threads: int,
        **options: Any,
    ) -> None:
        owner = self._organization(organization)
        owners = read_manifest(manifest) if manifest else {}
        uploaders = Uploaders(owner, pattern=uploader_from_path, manifest=owners)
        source = self._source(in_place=in_place, **options)
        limit = _positive(limit, "--limit")
        total = None if limit else lambda: sum(1 for _ in source.walk())  # which of them are new is not known yet
        with exclusive_lock(f"import_uploads {owner.pk}"), self.progress("Importing", total) as advance:
            run, summary = import_files(
                ImportOptions(
                    owner,
                    source,
                    uploaders,
                    in_place=in_place,
                    dry_run=dry_run,
                    limit=limit,
                    threads=_positive(threads, "--threads") or 1,
                    on_outcome=self._reporter(advance, lines),
                )
            )
        self._sum_up(summary, run)

    def _undo(self, name: str, lines: IO[str] | None) -> None:
        run_id = parse_id(name)
        run = ImportRun.objects.filter(pk=run_id).first() if run_id else None
        if run is None:
            raise UsageError(f"There is no import {name!r}.")
        with (
            exclusive_lock(f"import_uploads {run.organization_id}"),
            self.progress("Undoing", run.files.count) as advance,
        ):
            summary = undo_run(run=run, report=self._reporter(advance, lines))
        self._sum_up(summary, run)

    def _organization(self, slug: str | None) -> Organization:
        if not slug:
            raise UsageError("Name the organization that gets the files: --organization SLUG.")
        return organization_named(slug)

    def _source(
        self, *, folder: Path | None, from_storage: str | None, prefix: str, in_place: bool, **options: Any
    ) -> Source:
        if (folder is None) == (from_storage is None):
            raise UsageError("Name a folder, or a store with --from-storage.")
        if from_storage:
            if prefix and not prefix.endswith("/"):
                raise UsageError("A prefix must end with a slash.")
            return StoreSource(from_storage, prefix)
        if in_place or prefix:
            raise UsageError("--in-place and --prefix need --from-storage.")
        assert folder
        return self._folder(folder)

    def _folder(self, folder: Path) -> FolderSource:
        if not folder.is_dir():
            raise UsageError(f"The folder {str(folder)!r} does not exist.")
        if any(folder.resolve().is_relative_to(root) for root in _store_roots()):
            raise UsageError("This folder belongs to a store: use --from-storage and --prefix.")
        return FolderSource(folder)

    def _reporter(self, advance: Advance, lines: IO[str] | None) -> Callable[[Outcome], None]:
        """Return a function that reports one outcome: in the bar, in the report file, and failures as text."""

        def report(outcome: Outcome) -> None:
            advance()
            if lines:
                lines.write(json.dumps(asdict(outcome), default=str) + "\n")
            if self.json or outcome.result in ("failed", "skipped"):
                self.record(f"{outcome.source}: {outcome.result}, {outcome.reason}", **asdict(outcome))

        return report

    def _sum_up(self, summary: Summary, run: ImportRun | None) -> None:
        counts = ", ".join(f"{count} {result}" for result, count in sorted(summary.counts.items())) or "no files"
        facts = {"run": run and run.pk, "counts": summary.counts, "bytes": summary.size}
        self.record(f"{counts}; {summary.size} bytes" + (f"; run {run.pk}" if run else ""), **facts)
        if summary.failed:
            raise Failed(f"{summary.failed} files failed. The same command tries them again.")


def _store_roots() -> Iterator[Path]:
    for alias in STORES:
        options: dict[str, Any] = cast(dict[str, Any], settings.STORAGES[alias]).get("OPTIONS", {})
        location = options.get("location")
        if location:
            yield Path(location).resolve()


def _positive(number: int | None, option: str) -> int | None:
    if number is not None and number < 1:
        raise UsageError(f"{option} must be at least 1.")
    return number


@contextmanager
def _lines(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as file:
        yield file
