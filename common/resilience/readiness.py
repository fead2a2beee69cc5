"""Readiness probes of services: limited in time, and one at a time for each service."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic

from django.db import connections

from common.resilience import deadlines

log = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds that an answer may take
FRESH = 1.0  # seconds for which an answer holds


@dataclass
class Probe:
    """One probe, run in its own thread; no second thread starts while it runs."""

    name: str
    ask: Callable[[], object]
    _thread: Thread | None = field(default=None, repr=False)
    _began: float = 0.0
    _answered: float = -FRESH
    _good: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    def begin(self) -> None:
        """Start the probe, unless the last result is fresh or the probe is running."""
        with self._lock:
            if self._thread is None and monotonic() - self._answered >= FRESH:
                self._began = monotonic()
                self._thread = Thread(target=self._run, name=f"probe-{self.name}", daemon=True)
                self._thread.start()

    def is_good(self) -> bool:
        """Return the result; wait for it until PATIENCE seconds after the start. No result counts as a failure."""
        thread = self._thread
        if thread:
            thread.join(max(self._began + PATIENCE - monotonic(), 0))
        return self._thread is None and self._good

    def _run(self) -> None:
        try:
            with deadlines.within(PATIENCE):
                self._good = self.ask() is not False
        except Exception:
            self._good = False
            log.warning("Not ready: %s", self.name, exc_info=True)
        finally:
            connections.close_all()  # this thread's own
            self._answered = monotonic()
            self._thread = None


def answers_of(probes: Iterable[Probe]) -> dict[str, bool]:
    """Run all probes at once; return by name which succeeded."""
    probes = list(probes)
    for probe in probes:
        probe.begin()
    return {probe.name: probe.is_good() for probe in probes}
