"""Bring existing files in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import CommandParser

from common.commands.locking import only_one
from common.commands.operator import Failed, OperatorCommand, UsageError
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
        "Bring existing files into an organization: PRIVATE, their type told by their content. Each source comes in "
        "once; stopped at any moment, the same call goes on. --undo takes back what one run made."
    )
    example = "import_uploads /srv/old-media --organization demo --uploader-from-path 'users/{username}/'"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="Folder with the files; links are not followed.")
        parser.add_argument("--from-storage", choices=STORES, help="Read from this store in place of a folder.")
        parser.add_argument("--prefix", default="", help="Only objects of the store below this; ends with a slash.")
        parser.add_argument("--in-place", action="store_true", help="Leave the store's objects where they are.")
        parser.add_argument("--organization", metavar="SLUG", help="Whose files they are.")
        parser.add_argument("--uploader-from-path", metavar="PATTERN", default="", help="As users/{username}/.")
        parser.add_argument("--manifest", type=Path, help="CSV with the columns path and username.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be imported.")
        parser.add_argument("--limit", type=int, help="At most so many new files.")
        parser.add_argument("--threads", type=int, default=4, help="Files read and written at once (%(default)s).")
        parser.add_argument("--report", type=Path, help="Write one JSON line for each file to this file.")
        parser.add_argument("--undo", metavar="RUN", help="Take back exactly what that run made.")

    def perform(self, *, undo: str | None, report: Path | None, **options: Any) -> None:
        with _lines(report) as lines:
            if undo:
                self._undo(undo, lines)
            else:
                self._import(lines, **options)

    def _import(self, lines: IO[str] | None, **options: Any) -> None:
        organization = self._organization(options["organization"])
        manifest = read_manifest(options["manifest"]) if options["manifest"] else {}
        uploaders = Uploaders(organization, pattern=options["uploader_from_path"], manifest=manifest)
        source = self._source(**options)
        limit = _positive(options["limit"], "--limit")
        total = None if limit else lambda: sum(1 for _ in source.walk())  # nobody knows yet which of them are new
        with only_one(f"import_uploads {organization.pk}"), self.progress("Importing", total) as advance:

            def tell(outcome: Outcome) -> None:
                advance()
                self._tell(outcome, lines)

            run, summary = import_files(
                ImportOptions(
                    organization,
                    source,
                    uploaders,
                    in_place=options["in_place"],
                    dry_run=options["dry_run"],
                    limit=limit,
                    threads=_positive(options["threads"], "--threads") or 1,
                    on_outcome=tell,
                )
            )
        self._sum_up(summary, run)

    def _undo(self, name: str, lines: IO[str] | None) -> None:
        run = ImportRun.objects.filter(pk=parse_id(name)).first()
        if run is None:
            raise UsageError(f"There is no import {name!r}.")
        with (
            only_one(f"import_uploads {run.organization_id}"),
            self.progress("Taking back", run.files.count) as advance,
        ):

            def tell(outcome: Outcome) -> None:
                advance()
                self._tell(outcome, lines)

            summary = undo_run(run=run, report=tell)
        self._sum_up(summary, run)

    def _organization(self, slug: str | None) -> Organization:
        if not slug:
            raise UsageError("Say whose files they are: --organization SLUG.")
        return organization_named(slug)

    def _source(self, **options: Any) -> Source:
        folder, alias, prefix = options["folder"], options["from_storage"], options["prefix"]
        if (folder is None) == (alias is None):
            raise UsageError("Name a folder, or a store with --from-storage.")
        if alias is None:
            if options["in_place"] or prefix:
                raise UsageError("--in-place and --prefix go with --from-storage.")
            return self._folder(folder)
        if prefix and not prefix.endswith("/"):
            raise UsageError("A prefix ends with a slash, so that it names one folder and not its neighbours.")
        return StoreSource(alias, prefix)

    def _folder(self, folder: Path) -> FolderSource:
        if not folder.is_dir():
            raise UsageError(f"There is no folder {str(folder)!r}.")
        if any(folder.resolve().is_relative_to(root) for root in _store_roots()):
            raise UsageError("That folder belongs to a store: use --from-storage and --prefix.")
        return FolderSource(folder)

    def _tell(self, outcome: Outcome, lines: IO[str] | None) -> None:
        if lines:
            lines.write(json.dumps(asdict(outcome), default=str) + "\n")
        if self.json or outcome.result in ("failed", "skipped"):
            self.record(f"{outcome.source}: {outcome.result}, {outcome.reason}", **asdict(outcome))

    def _sum_up(self, summary: Summary, run: ImportRun | None) -> None:
        counts = ", ".join(f"{count} {result}" for result, count in sorted(summary.counts.items())) or "nothing found"
        facts = {"run": run and run.pk, "counts": summary.counts, "bytes": summary.size}
        self.record(f"{counts}; {summary.size} bytes" + (f"; run {run.pk}" if run else ""), **facts)
        if summary.failed:
            raise Failed(f"{summary.failed} files failed; the same call tries them again.")


def _store_roots() -> Iterator[Path]:
    for alias in STORES:
        location = settings.STORAGES[alias].get("OPTIONS", {}).get("location")
        if location:
            yield Path(location).resolve()


def _positive(number: int | None, option: str) -> int | None:
    if number is not None and number < 1:
        raise UsageError(f"{option} is a number from 1.")
    return number


@contextmanager
def _lines(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as file:
        yield file
