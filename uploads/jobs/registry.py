"""Which function does which kind of job, and which kinds come round by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count

from uploads.choices import JobState, Lane
from uploads.jobs.context import JobHandle
from uploads.models import Job

Work = Callable[[JobHandle], dict | None]
Over = Callable[[Job], None]

_handlers: dict[str, "Handler"] = {}
_periods: dict[str, timedelta] = {}


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of job is done. `timeout` bounds one attempt, `backoff` is the wait before the second one.

    `over` is told of a job that ended without being done, dead or canceled, in the transaction that ended it.
    """

    kind: str
    work: Work
    lease: timedelta
    timeout: timedelta
    backoff: timedelta
    concurrency: int | None
    over: Over | None = None
    lane: Lane = Lane.DEFAULT

    @property
    def places(self) -> int | None:
        """How many may run at once, over all workers; None: as many as there are workers."""
        return settings.JOB_CONCURRENCY.get(self.kind, self.concurrency)


def handler(
    kind: str,
    *,
    lease: timedelta = timedelta(minutes=2),
    timeout: timedelta = timedelta(hours=1),
    backoff: timedelta = timedelta(seconds=10),
    concurrency: int | None = None,
    over: Over | None = None,
    lane: Lane = Lane.DEFAULT,
) -> Callable[[Work], Work]:
    """Register the decorated function for jobs of `kind`; what it returns becomes the job's `result`.

    A worker that has not been heard of for `lease` is taken for dead, and its job is queued again. Jobs go into `lane`
    unless they are submitted to another.
    """

    def register(work: Work) -> Work:
        if kind in _handlers:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _handlers[kind] = Handler(kind, work, lease, timeout, backoff, concurrency, over, lane)
        return work

    return register


def periodic(kind: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Submit a job of `kind` whenever `every` has passed; `settings.PERIODIC_JOBS` may say otherwise."""

    def register(work: Work) -> Work:
        _periods[kind] = every
        return work

    return register


def handler_of(kind: str) -> Handler:
    """Raises LookupError for a kind that no app registered."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"No handler is registered for jobs of kind {kind!r}.") from None


def lane_of(kind: str) -> Lane:
    """The lane for jobs of `kind`; the default one for kinds that no app registered."""
    known = _handlers.get(kind)
    return known.lane if known else Lane.DEFAULT


def full_kinds() -> list[str]:
    """The kinds of which as many jobs run as may run at once. One query."""
    places = {kind: found.places for kind, found in _handlers.items()}
    limited = {kind: number for kind, number in places.items() if number is not None}
    running = Job.objects.filter(state=JobState.RUNNING, kind__in=limited).order_by().values_list("kind")
    counts = dict(running.annotate(number=Count("pk")))
    return [kind for kind, number in limited.items() if counts.get(kind, 0) >= number]


def tell_over(job: Job) -> None:
    """Tell the handler of `job` that it ended without being done; the caller has just ended it in a transaction."""
    known = _handlers.get(job.kind)
    if known and known.over:
        known.over(job)


def kinds() -> list[str]:
    return sorted(_handlers)


def periods() -> dict[str, timedelta]:
    """Period of every periodic kind; those that the settings switch off (None or 0) are left out."""
    chosen = {kind: settings.PERIODIC_JOBS.get(kind, every.total_seconds()) for kind, every in _periods.items()}
    return {kind: timedelta(seconds=seconds) for kind, seconds in chosen.items() if seconds}
