"""The base of outboxes: claiming due entries, postponing failed ones, queueing their jobs.

An entry is a row that is written in the transaction of a change; its effect outside the database follows after the
commit, in a job for its target (a store, a webhook). A crash leaves the entry: its lease ends, and the next sweep
queues the job again. So an effect happens at least once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import F, QuerySet

from common.db.clock import now_plus
from common.db.transactions import after_commit
from common.resilience.backoff import jitter, wait_after
from uploads.jobs import submit
from uploads.models import StorageDeletion, WebhookDelivery

Entry = TypeVar("Entry", StorageDeletion, WebhookDelivery)


@dataclass(frozen=True)
class Outbox(Generic[Entry]):
    """The entries of one model. `due` returns the waiting entries whose time has come, in the order of processing.

    A job of `job_kind` processes the entries of one target, which their field `target` names and which is the job's
    subject. It claims `batch` entries at a time; no other job claims them for the time of `lease`. A failed entry waits
    for `first_wait`, and twice as long after each further failure.
    """

    due: Callable[[], QuerySet[Entry]]
    job_kind: str
    target: str
    batch: int
    lease: timedelta
    first_wait: timedelta

    def submit(self, target: str, *, run_after: datetime | None = None) -> None:
        """Queue the job of one target, at once or later."""
        submit(self.job_kind, subject=target, run_after=run_after)

    def submit_after_commit(self, target: str) -> None:
        """Queue the job after the caller's transaction commits; after a crash the next sweep queues it."""
        after_commit(self.submit, target)

    def submit_due(self) -> int:
        """Queue the job of every target with due entries, as a sweep does; return the number of targets."""
        due = self.due().order_by().values_list(self.target, flat=True).distinct()
        targets = sorted({str(target) for target in due})
        for target in targets:
            self.submit(target)
        return len(targets)

    def claim(self, target: str) -> list[Entry]:
        """Return the next batch of entries that no other job is claiming, with one more attempt of each begun."""
        with transaction.atomic():
            due = self.due().filter(**{self.target: target}).select_for_update(of=("self",), skip_locked=True)
            entries = list(due[: self.batch])
            if entries:
                self._begin_attempts(entries)
        return entries

    def postpone(self, rows: QuerySet[Entry], failures: int, **values: object) -> None:
        """Write `values` into the row of a failed entry (`rows`), and the time of the next attempt."""
        wait = jitter(wait_after(failures, self.first_wait))
        rows.update(not_before=now_plus(wait), **values)

    def _begin_attempts(self, entries: list[Entry]) -> None:
        rows = type(entries[0])._base_manager.filter(pk__in=[entry.pk for entry in entries])
        rows.update(attempts=F("attempts") + 1, not_before=now_plus(self.lease))
        for entry in entries:
            entry.attempts += 1
