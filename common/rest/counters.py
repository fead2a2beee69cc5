"""Counts of events within a time window: in Redis if it is configured, else in this process.

Counting does not raise or wait for long: a throttle that cannot count must not fail the request. While Redis does not
respond, each process counts on its own.
"""

import logging
import threading
import time
from collections import defaultdict

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

CAPACITY = 20_000  # callers with a counter of their own, in each scope of a process; about 4 MB
SHARED = 256  # counters that further callers share, so that no count is evicted
REST = 5.0  # seconds between two tries of a Redis that failed


class LocalCounter:
    """Hits in windows of one length, of a bounded number of callers, in this process.

    A counter is kept until its window ends. Callers beyond `capacity` share counters.
    """

    def __init__(self, capacity: int = CAPACITY):
        self.capacity = capacity
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}  # hits and end, in the order of their ends

    def hit(self, key: str, seconds: float) -> tuple[int, float]:
        """Count one hit of `key`; returns the hits in its window, and the seconds until that ends."""
        now = time.monotonic()
        with self._lock:
            self._forget_ended(now)
            if key not in self._windows and len(self._windows) >= self.capacity:
                key = f"shared:{hash(key) % SHARED}"
            hits, end = self._windows.get(key, (0, 0.0))
            if end <= now:
                self._windows.pop(key, None)
                hits, end = 0, now + seconds
            self._windows[key] = hits + 1, end
            return hits + 1, end - now

    def _forget_ended(self, now: float) -> None:
        while self._windows:
            first = next(iter(self._windows))
            if self._windows[first][1] > now:
                return
            del self._windows[first]


class SharedCounter:
    """Hits in aligned windows, in the cache that all processes share. Raises RedisError, OSError."""

    def hit(self, key: str, seconds: float) -> tuple[int, float]:
        """Count one hit of `key`; returns the hits in its window, and the seconds until that ends."""
        now = time.time()
        window, passed = divmod(now, seconds)
        name = f"{key}:{int(window)}"
        cache.add(name, 0, timeout=seconds + 1)
        try:
            return cache.incr(name), seconds - passed
        except ValueError:  # evicted in between
            return 1, seconds - passed


class Counters:
    """The counts of one process, with a local counter for each scope."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget all local counts, and that Redis failed."""
        self._local: dict[str, LocalCounter] = defaultdict(LocalCounter)
        self._fails = False
        self._asked_at = 0.0

    def hit(self, scope: str, key: str, seconds: float) -> tuple[int, float]:
        """Count one hit; returns the hits in the window under way, and the seconds until it ends."""
        if is_shared() and self._may_ask():
            try:
                counted = SharedCounter().hit(f"throttle:{scope}:{key}", seconds)
            except (RedisError, OSError) as error:
                self._note_outage(error)
            else:
                self._fails = False
                return counted
        return self._local[scope].hit(key, seconds)

    def _may_ask(self) -> bool:
        """While Redis fails, one request in REST seconds tries it; the others do not wait."""
        if not self._fails:
            return True
        with self._lock:
            now = time.monotonic()
            if now - self._asked_at < REST:
                return False
            self._asked_at = now
            return True

    def _note_outage(self, error: Exception) -> None:
        if not self._fails:
            log.warning("Redis does not respond: throttles count in this process alone. %s", type(error).__name__)
        self._fails, self._asked_at = True, time.monotonic()


counters = Counters()


def is_shared() -> bool:
    """Tell whether all processes share one cache."""
    return not str(settings.CACHES["default"]["BACKEND"]).endswith(("LocMemCache", "DummyCache"))
