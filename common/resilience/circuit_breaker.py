"""A circuit breaker: while a service does not answer, one caller at a time probes it and the others fail at once.

Without it every thread of a server would wait for the same service.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

FAILURE_THRESHOLD = 2  # failures without a success between them
PROBE_INTERVAL = 0.5  # seconds between two probes, so that a request that makes many calls waits for one of them
PROBE_LIFE = 20.0  # seconds after which a probe that never reported is forgotten


class CircuitOpen(ConnectionError):
    """The service did not answer a moment ago; one caller at a time tries it again."""


class Breaker:
    """The breaker of one service in one process. Thread-safe; holds no lock while waiting."""

    def __init__(self, *, failure_threshold: int = FAILURE_THRESHOLD, probe_interval: float = PROBE_INTERVAL):
        self._failure_threshold, self._probe_interval, self._lock = failure_threshold, probe_interval, Lock()
        self._failures, self._probe_from = 0, 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= self._failure_threshold

    @contextmanager
    def call(self, *no_answer_errors: type[BaseException]) -> Iterator[None]:
        """Run the block as one call; `no_answer_errors` mean no answer. Raises CircuitOpen as `enter` does."""
        self.enter()
        try:
            yield
        except BaseException as error:
            self.leave(silent=isinstance(error, no_answer_errors))
            raise
        self.leave(silent=False)

    def enter(self) -> None:
        """Begin a call; `leave` must follow. Raises CircuitOpen while it is open, unless it is time to probe."""
        with self._lock:
            if not self.is_open:
                return
            if monotonic() < self._probe_from:
                raise CircuitOpen
            self._probe_from = monotonic() + PROBE_LIFE

    def leave(self, *, silent: bool | None) -> None:
        """End a call: `silent` if the service did not answer in time, None if the call says nothing about it.

        Any answer closes the breaker.
        """
        with self._lock:
            if silent is not None:
                self._failures = self._failures + 1 if silent else 0
            next_probe = monotonic() + self._probe_interval
            self._probe_from = 0.0 if silent is False else next_probe if silent else min(self._probe_from, next_probe)
