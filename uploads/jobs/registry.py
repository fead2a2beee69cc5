"""The registry of kinds of jobs: their handlers and, for periodic ones, their periods."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count

from uploads.choices import JobState, Lane
from uploads.jobs.context import JobContext
from uploads.models import Job

Work = Callable[[JobContext], dict[str, Any] | None]
OnFailure = Callable[[Job], None]

_handlers: dict[str, "Handler"] = {}
_periods: dict[str, timedelta] = {}


@dataclass(frozen=True, slots=True)
class Handler:
    """The handler of one kind of job. `timeout` limits one attempt, `backoff` is the wait before the second one.

    `on_failure` is called with a dead or canceled job, in the transaction that ended it.
    """

    kind: str
    work: Work
    lease: timedelta
    timeout: timedelta
    backoff: timedelta
    default_concurrency: int | None
    on_failure: OnFailure | None = None
    lane: Lane = Lane.DEFAULT

    @property
    def concurrency(self) -> int | None:
        """How many run at once, over all workers; None: as many as there are workers."""
        return settings.JOB_CONCURRENCY.get(self.kind, self.default_concurrency)


def handler(
    kind: str,
    *,
    lease: timedelta = timedelta(minutes=2),
    timeout: timedelta = timedelta(hours=1),
    backoff: timedelta = timedelta(seconds=10),
    concurrency: int | None = None,
    on_failure: OnFailure | None = None,
    lane: Lane = Lane.DEFAULT,
) -> Callable[[Work], Work]:
    """Register the decorated function for jobs of `kind`; what it returns becomes the job's `result`.

    A worker that is silent for `lease` counts as dead, and its job is queued again. Jobs go into `lane`
    unless they are submitted to another.
    """

    def register(work: Work) -> Work:
        if kind in _handlers:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _handlers[kind] = Handler(kind, work, lease, timeout, backoff, concurrency, on_failure, lane)
        return work

    return register


def periodic(kind: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Submit a job of `kind` whenever `every` has passed; `settings.PERIODIC_JOBS` may set another period."""

    def register(work: Work) -> Work:
        _periods[kind] = every
        return work

    return register


def handler_of(kind: str) -> Handler:
    """Return the handler of `kind`. Raises LookupError for a kind that no app registered."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"No handler is registered for jobs of kind {kind!r}.") from None


def lane_of(kind: str) -> Lane:
    """Return the lane for jobs of `kind`; the default one for kinds that no app registered."""
    known = _handlers.get(kind)
    return known.lane if known else Lane.DEFAULT


def full_kinds() -> list[str]:
    """Return the kinds that run at their full concurrency. One query."""
    limits = {kind: handler.concurrency for kind, handler in _handlers.items()}
    limited = {kind: limit for kind, limit in limits.items() if limit is not None}
    running = Job.objects.filter(state=JobState.RUNNING, kind__in=limited).order_by().values_list("kind")
    counts = dict(running.annotate(number=Count("pk")))
    return [kind for kind, limit in limited.items() if counts.get(kind, 0) >= limit]


def call_on_failure(job: Job) -> None:
    """Call `on_failure` of the handler of `job`, which the caller's transaction has ended as dead or canceled."""
    known = _handlers.get(job.kind)
    if known and known.on_failure:
        known.on_failure(job)


def kinds() -> list[str]:
    return sorted(_handlers)


def periods() -> dict[str, timedelta]:
    """Return the period of each periodic kind; kinds that the settings switch off (None or 0) are left out."""
    chosen = {kind: settings.PERIODIC_JOBS.get(kind, every.total_seconds()) for kind, every in _periods.items()}
    return {kind: timedelta(seconds=seconds) for kind, seconds in chosen.items() if seconds}
