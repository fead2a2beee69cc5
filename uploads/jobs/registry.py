"""Which function does which kind of job, and which kinds come round by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from uploads.jobs.handle import JobHandle
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
) -> Callable[[Work], Work]:
    """Register the decorated function for jobs of `kind`; what it returns becomes the job's `result`.

    A worker that has not been heard of for `lease` is taken for dead, and its job is queued again.
    """

    def register(work: Work) -> Work:
        if kind in _handlers:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _handlers[kind] = Handler(kind, work, lease, timeout, backoff, concurrency, over)
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
