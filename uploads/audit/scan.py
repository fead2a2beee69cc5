"""One audit: the differences between stores and rows, written into a plan."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.utils import timezone

from common.batches import batches
from common.db.ids import new_id
from common.db.iterate import iterate
from uploads.audit.clocks import earliest_now, grace_time
from uploads.audit.compare import Difference, differences
from uploads.audit.findings import QUARANTINE, Finding, FindingKind, Scope, Summary, Tally
from uploads.audit.plan import Plan, PlanWriter, plan_path, writing
from uploads.audit.referenced_keys import ExpectedKey, expected_keys, referenced_keys
from uploads.audit.sources import KeySource, Listing
from uploads.choices import SessionState
from uploads.models import Upload, UploadSession
from uploads.sessions.expire import due_sessions
from uploads.storage import store
from uploads.storage.contract import KeysOutOfOrder, StoredObject
from uploads.storage.key_holders import required_keys

logger = logging.getLogger(__name__)

BATCH = 500  # candidates that are checked again together

Report = Callable[[int], None]


def audit(
    scope: Scope,
    *,
    grace: timedelta | None = None,
    path: Path | None = None,
    sources: Mapping[str, KeySource] | None = None,
    report: Report = lambda objects: None,
) -> Plan:
    """Audit the stores of `scope` and write the findings into a plan; change nothing else.

    `report` is called from time to time with the number of objects read. `sources` replaces listings, by alias. Takes
    constant memory. Raises StoreUnavailable, SharedPlace, DatabaseError and OSError, and leaves no plan then.
    """
    grace, run, started_at = grace or grace_time(), new_id().hex, timezone.now()
    uploads = Upload.everything.count()
    with writing(path or plan_path(run)) as plan:
        tallies: dict[str, Tally] = {}
        for alias in scope.aliases:
            before = sum(tally.objects for tally in tallies.values())
            one = StoreAudit(alias, scope, grace, (sources or {}).get(alias) or Listing(alias), plan)
            tallies[alias] = one.run(partial(_report_sum, report, before))
        return plan.finish(Summary(run, started_at, uploads, tallies))


def _report_sum(report: Report, before: int, objects: int) -> None:
    report(before + objects)


class StoreAudit:
    """The audit of one store."""

    def __init__(self, storage: str, scope: Scope, grace: timedelta, source: KeySource, plan: PlanWriter) -> None:
        self.storage, self.scope, self.source, self.plan = storage, scope, source, plan
        # By the earliest of all clocks, read before anything is listed.
        self.young_since: datetime = earliest_now(storage) - grace
        self.tally = Tally()

    def run(self, report: Report) -> Tally:
        start = self.plan.mark()
        try:
            self._compare(self.source.objects(self.scope.prefix), report)
        except KeysOutOfOrder:
            logger.warning(
                "The store %s does not list keys in order of their bytes; they are sorted here.", self.storage
            )
            self.plan.back_to(start)
            self.tally = Tally()
            self._compare(self.source.sorted_objects(self.scope.prefix), report)
        for finding in (*self._multiparts(), *self._sessions(), *self._temporary_files()):
            self._add(finding)
        report(self.tally.objects)
        return self.tally

    def _compare(self, objects: Iterator[StoredObject], report: Report) -> None:
        differing = differences(
            objects, expected_keys(self.storage, self.scope.prefix), self.tally, lambda: report(self.tally.objects)
        )
        for some in batches(self._without_trash(differing), BATCH):
            for finding in self._confirmed(some):
                self._add(finding)

    def _without_trash(self, differing: Iterator[Difference]) -> Iterator[Difference]:
        """Yield the differences to check again. Trash is added at once, since it needs no check."""
        for each in differing:
            if each[0] == FindingKind.TRASH and each[1]:
                self._add(self._finding(FindingKind.TRASH, each[1]))
            else:
                yield each

    def _add(self, finding: Finding) -> None:
        self.tally.add(finding)
        self.plan.add(finding)

    def _confirmed(self, some: list[Difference]) -> Iterator[Finding]:
        """Yield the differences that still hold: one side may have changed while the other one was read."""
        orphans = {stored.key: stored for kind, stored, _ in some if kind == FindingKind.ORPHAN and stored}
        rows = {row[0]: row for kind, _, row in some if kind in (FindingKind.MISSING, FindingKind.WRONG_SIZE) and row}
        yield from self._orphans(orphans)
        yield from self._broken_rows(rows)

    def _orphans(self, objects: dict[str, StoredObject]) -> Iterator[Finding]:
        old = {}
        for key, stored in objects.items():
            if key.startswith(QUARANTINE):
                self.tally.quarantined += 1
            elif stored.modified_at > self.young_since:
                self.tally.young += 1
            else:
                old[key] = stored
        referenced = referenced_keys(self.storage, old.keys()) if old else set()
        return (self._finding(FindingKind.ORPHAN, stored) for key, stored in old.items() if key not in referenced)

    def _broken_rows(self, rows: dict[str, ExpectedKey]) -> Iterator[Finding]:
        expected = sorted(required_keys(self.storage, rows.keys())) if rows else []
        there = {key: store(self.storage).stat(key) for key in expected}
        gone = [key for key in expected if there[key] is None]
        still = required_keys(self.storage, gone) if gone else set()  # not purged in between
        for key, stored in there.items():
            if stored is None and key in still:
                yield Finding(FindingKind.MISSING, self.storage, key, size=max(rows[key][2], 0))
            elif stored and stored.size != rows[key][2]:
                yield self._finding(FindingKind.WRONG_SIZE, stored)

    def _finding(self, kind: FindingKind, stored: StoredObject) -> Finding:
        return Finding(kind, self.storage, stored.key, stored.size, stored.etag, stored.modified_at.isoformat())

    def _multiparts(self) -> Iterator[Finding]:
        for each in store(self.storage).unfinished(self.scope.prefix):
            if each.started_at > self.young_since or is_multipart_open(self.storage, each.key, each.multipart_id):
                continue
            yield Finding(
                FindingKind.MULTIPART,
                self.storage,
                each.key,
                modified_at=each.started_at.isoformat(),
                id=each.multipart_id,
            )

    def _sessions(self) -> Iterator[Finding]:
        rows = due_sessions().filter(storage=self.storage, key__startswith=self.scope.prefix)
        by = ("expires_at", "pk")
        for expires_at, pk, key, size in iterate(rows.values_list(*by, "key", "size"), by=by, size=BATCH):
            yield Finding(FindingKind.SESSION, self.storage, key, size, modified_at=expires_at.isoformat(), id=str(pk))

    def _temporary_files(self) -> Iterator[Finding]:
        """Yield temporary files of any age without a writer. They belong to no organization and no folder."""
        if self.scope.prefix:
            return
        for each in store(self.storage).temporary_files():
            yield self._finding(FindingKind.TEMPORARY, each)


def is_multipart_open(storage: str, key: str, multipart_id: str) -> bool:
    """Tell whether an open session may still send parts of a multipart upload."""
    return UploadSession.objects.filter(
        storage=storage, key=key, multipart_id=multipart_id, state=SessionState.OPEN
    ).exists()
