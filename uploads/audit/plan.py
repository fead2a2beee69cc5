"""A plan: the findings of an audit as a file with a line of JSON for each.

The first line identifies the installation, the last one is the summary. A file without a summary is incomplete and is
never applied.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from common.batches import batches
from common.errors import Invalid
from permissions.models import Organization
from uploads.audit.findings import Finding, FindingKind, Summary, Tally
from uploads.checks import place_of
from uploads.storage import store

FORMAT = 1
BATCH = 200  # findings that are removed in one step
TAIL = 64 * 1024  # bytes that are read from the end; a summary is much shorter


class InvalidPlan(Invalid):
    """400: the file is not a complete plan."""

    code = "no_plan"
    detail = gettext_noop("This file is not a complete plan. Run the audit again.")


@dataclass(frozen=True)
class Plan:
    """A finished audit on this machine. `mark` identifies its database and stores."""

    path: Path
    mark: str
    summary: Summary

    def findings(self, kinds: Iterable[str] = ()) -> Iterator[Finding]:
        """Yield the findings of `kinds` (none: of all), in the order of the file."""
        wanted = set(kinds)
        with self.path.open(encoding="utf-8") as file:
            next(file)
            for line in file:
                facts = json.loads(line)
                if "kind" in facts and (not wanted or facts["kind"] in wanted):
                    yield Finding(**facts)

    def batches(self, kind: FindingKind) -> Iterator[list[Finding]]:
        """Yield the findings of `kind` in lists of at most BATCH, each of one store."""
        for _storage, of_one_store in groupby(self.findings([kind]), key=attrgetter("storage")):
            yield from batches(of_one_store, BATCH)


class PlanWriter:
    """Writes a plan; can go back to a mark in the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._draft = path, path.with_name(f"{path.name}.draft")
        self._file = self._draft.open("w+", encoding="utf-8", newline="\n")
        self._line({"plan": FORMAT, "mark": mark_of_installation()})

    def add(self, finding: Finding) -> None:
        self._line(finding.facts())

    def mark(self) -> int:
        return self._file.tell()

    def back_to(self, mark: int) -> None:
        self._file.seek(mark)
        self._file.truncate()

    def finish(self, summary: Summary) -> Plan:
        self._line(summary.facts())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.replace(self.path)
        return read_plan(self.path)

    def discard(self) -> None:
        self._file.close()
        self._draft.unlink(missing_ok=True)

    def _line(self, facts: dict[str, Any]) -> None:
        self._file.write(json.dumps(facts) + "\n")


@contextmanager
def writing(path: Path) -> Iterator[PlanWriter]:
    """Yield a writer; its draft is removed when the block ends."""
    writer = PlanWriter(path)
    try:
        yield writer
    finally:
        writer.discard()


def read_plan(path: Path) -> Plan:
    """Return the plan in the file `path`. Raises InvalidPlan, OSError."""
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline())
            file.seek(max(0, path.stat().st_size - TAIL))
            tail = file.read()
        if head["plan"] != FORMAT or not tail.endswith(b"\n"):
            raise InvalidPlan
        return Plan(path, head["mark"], _summary(json.loads(tail.splitlines()[-1])))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise InvalidPlan from error


def plan_path(run: str) -> Path:
    """Return the default path of the plan of a run."""
    return Path(settings.DATA_DIR) / "audits" / f"{run}.jsonl"


def mark_of_installation() -> str:
    """Return a digest of this database and its stores: a plan is applied only where it was made."""
    organizations = Organization.objects.order_by("pk").values_list("pk", flat=True)[:1]
    stores = {alias: place_of(store(alias)) for alias in sorted(settings.STORAGES) if hasattr(store(alias), "walk")}
    return hashlib.sha256(repr((list(organizations), stores)).encode()).hexdigest()


def _summary(facts: dict[str, Any]) -> Summary:
    tallies = {alias: Tally(**tally) for alias, tally in facts["stores"].items()}
    return Summary(facts["run"], datetime.fromisoformat(facts["started_at"]), facts["uploads"], tallies)
