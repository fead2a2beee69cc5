"""The context that a handler gets for one attempt at a job."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from uploads.choices import JobState
from uploads.models import Job


class JobLost(Exception):
    """This attempt was canceled, timed out, or taken over by another worker: the handler must stop."""


class JobFailed(Exception):
    """Another attempt would fail as well: the job is dead at once, with this sentence as its error."""


class JobContext:
    """One attempt at one job. Every write through it is fenced by the number of the attempt."""

    def __init__(self, job: Job) -> None:
        self.id: UUID = job.pk
        self.kind = job.kind
        self.subject = job.subject
        self.payload: dict[str, Any] = job.payload
        self.organization_id: UUID | None = job.organization_id
        self.attempt = job.attempts
        self.lost = Event()

    @property
    def canceled(self) -> bool:
        """Whether this attempt is known to be over. The heartbeat notices within seconds, `report` at once."""
        return self.lost.is_set()

    def current_row(self) -> QuerySet[Job]:
        """Return the job's row, unless this attempt is over."""
        return Job.objects.filter(pk=self.id, attempts=self.attempt, state=JobState.RUNNING)

    def write(self, **values: object) -> None:
        """Change the job's row. Raises JobLost if this attempt is over."""
        if self.lost.is_set() or not self.current_row().update(**values):
            self.lost.set()
            raise JobLost(f"Attempt {self.attempt} at {self.kind} {self.subject} is over.")

    def report(self, percent: float) -> None:
        """Store the progress in percent, 0 to 100. Raises JobLost, which stops a handler whose attempt is over."""
        self.write(progress=max(0, min(100, int(percent))))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Open a transaction for writes of the handler, during which this attempt keeps the job. Raises JobLost."""
        with transaction.atomic():
            if self.lost.is_set() or not self.current_row().select_for_update().values_list("pk").first():
                self.lost.set()
                raise JobLost(f"Attempt {self.attempt} at {self.kind} {self.subject} is over.")
            yield
