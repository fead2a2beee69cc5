"""What cleaning did, a line of JSON for each object: written, and on the disk, before and after it is done."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.utils import timezone

from uploads.audit.findings import Finding


class Journal:
    """`removing` without an outcome behind it: the process ended there."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def note(self, what: str, findings: Iterable[Finding], **facts: Any) -> None:
        at = timezone.now().isoformat()
        for finding in findings:
            self._file.write(json.dumps({"at": at, "what": what, **facts, **finding.facts()}) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def journal_path(plan: Path) -> Path:
    """Beside the plan."""
    return plan.with_name(f"{plan.name}.log")


@contextmanager
def journal_of(plan: Path) -> Iterator[Journal]:
    with journal_path(plan).open("a", encoding="utf-8") as file:
        yield Journal(file)
