"""Asking neighbours how they are: bounded in time, and never more than one question to each at once."""

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
    """One question, asked in a thread of its own; while it has no answer no second thread is started."""

    name: str
    ask: Callable[[], object]
    _thread: Thread | None = field(default=None, repr=False)
    _began: float = 0.0
    _answered: float = -FRESH
    _good: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    def begin(self) -> None:
        """Ask, unless the last answer is fresh or still being waited for."""
        with self._lock:
            if self._thread is None and monotonic() - self._answered >= FRESH:
                self._began = monotonic()
                self._thread = Thread(target=self._run, name=f"probe-{self.name}", daemon=True)
                self._thread.start()

    def is_good(self) -> bool:
        """The answer; waits for it until PATIENCE seconds after the question. No answer is a bad one."""
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
    """Ask all at once; returns by name which are good."""
    probes = list(probes)
    for probe in probes:
        probe.begin()
    return {probe.name: probe.is_good() for probe in probes}
