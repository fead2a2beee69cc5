"""Import existing files."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandParser

from common.commands.locking import exclusive_lock
from common.commands.operator import Advance, Failed, OperatorCommand, Unmatched, UsageError, at_least
from common.db.ids import parse_id
from permissions.management.arguments import organization_named
from permissions.models import Organization
from uploads.imports import (
    ImportOptions,
    Outcome,
    Summary,
    Uploaders,
    import_files,
    undo_run,
)
from uploads.management.import_arguments import add_import_arguments, catalogs_of, source_of
from uploads.models import ImportRun

SHOWN = 20  # skipped files of one reason that are named on the terminal


class Command(OperatorCommand):
    help = (
        "Import existing files into an organization as PRIVATE files; their content decides the type. Each source is "
        "imported once. May be stopped at any time: the same command continues. --undo undoes one run."
    )
    example = "import_uploads /srv/old-media --organization demo --uploader-from-path 'users/{username}/'"

    def add_arguments(self, parser: CommandParser) -> None:
        add_import_arguments(parser)

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
        dry_run: bool,
        keep_dates: bool,
        limit: int | None,
        threads: int,
        **options: Any,
    ) -> None:
        owner = self._organization(organization)
        source = source_of(**options)
        catalogs, ignored = catalogs_of(source, **options)
        if ignored:
            self.say(f"Columns of the manifest that are not used: {', '.join(ignored)}.")
        limit = None if limit is None else at_least(1, limit, "--limit")
        total = None if limit else lambda: sum(1 for _ in source.walk())  # which of them are new is not known yet
        with exclusive_lock(f"import_uploads {owner.pk}"), self.progress("Importing", total) as advance:
            run, summary = import_files(
                ImportOptions(
                    owner,
                    source,
                    Uploaders(owner, pattern=uploader_from_path),
                    catalogs=catalogs,
                    keep_dates=keep_dates,
                    in_place=options["in_place"],
                    dry_run=dry_run,
                    limit=limit,
                    threads=at_least(1, threads, "--threads"),
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

    def _reporter(self, advance: Advance, lines: IO[str] | None) -> Callable[[Outcome], None]:
        """Return a function that reports one outcome: in the bar, in the report file, and what is missing as text.

        Text has every failure, and of each reason to skip a file the first SHOWN.
        """
        shown = Counter[str]()

        def report(outcome: Outcome) -> None:
            advance()
            if lines:
                lines.write(json.dumps(asdict(outcome), default=str) + "\n")
            reason = outcome.reason if outcome.result == "skipped" else outcome.result
            shown[reason] += outcome.result in ("skipped", "unmatched")
            if self.json or (outcome.result in ("failed", "skipped", "unmatched") and shown[reason] <= SHOWN):
                self.record(f"{outcome.source}: {outcome.result}, {outcome.reason}", **asdict(outcome))

        return report

    def _sum_up(self, summary: Summary, run: ImportRun | None) -> None:
        counts = ", ".join(f"{count} {result}" for result, count in sorted(summary.counts.items())) or "no files"
        facts = {"run": run and run.pk, "counts": summary.counts, "skipped": summary.reasons, "bytes": summary.size}
        self._say_reasons(summary)
        self.record(f"{counts}; {summary.size} bytes" + (f"; run {run.pk}" if run else ""), **facts)
        if summary.failed:
            raise Failed(f"{summary.failed} files failed. The same command tries them again.")
        if summary.unmatched:
            raise Unmatched(f"Entries that match no file: {summary.unmatched}. --report lists all of them.")

    def _say_reasons(self, summary: Summary) -> None:
        for reason, count in summary.reasons.most_common():
            if count > SHOWN:
                self.say(f"{count} skipped in all, {reason}")


@contextmanager
def _lines(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as file:
        yield file
