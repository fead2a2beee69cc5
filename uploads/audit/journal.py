"""The journal of cleaning: durable lines of JSON for each object, before and after each step."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils import timezone

from uploads.audit.findings import Finding


class Journal:
    """Writes a journal. An entry `removing` without an outcome after it shows where the process ended."""

    def __init__(self, file: IO[str], run: str) -> None:
        self._file, self.run = file, run

    def note(self, what: str, findings: Iterable[Finding], **facts: object) -> None:
        """Write one line for each of `findings`; the lines are durable on return."""
        at = timezone.now().isoformat()
        for finding in findings:
            self._file.write(json.dumps({"at": at, "what": what, "run": self.run, **facts, **finding.facts()}) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def journal_path(plan: Path) -> Path:
    """Return the path of the journal of a plan, which is beside it."""
    return plan.with_name(f"{plan.name}.log")


@contextmanager
def journal_of(plan: Path, *, run: str) -> Iterator[Journal]:
    """Open the journal of a plan to append to it."""
    with journal_path(plan).open("a", encoding="utf-8") as file:
        yield Journal(file, run)
