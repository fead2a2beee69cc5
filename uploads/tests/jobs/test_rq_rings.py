"""Ringing through a Redis that does not answer."""

import pytest
from redis.exceptions import TimeoutError as RedisTimeout

from common.breaker import Breaker
from uploads.jobs import rq
from uploads.jobs.ringing import run_job


class SilentQueue:
    asked = 0

    def enqueue_call(self, *args, **kwargs):
        self.asked += 1
        raise RedisTimeout


# FA-C1
def test_of_many_rings_one_waits_for_a_silent_redis(monkeypatch, settings):
    queue = SilentQueue()
    monkeypatch.setattr(rq, "_queue", lambda: queue)
    monkeypatch.setattr(rq, "_breaker", Breaker(after=1, rest=60))
    backend = rq.RQBackend("default", {"BACKEND": "uploads.jobs.rq.RQBackend"})
    for _ in range(3):
        with pytest.raises((RedisTimeout, ConnectionError)):
            backend.enqueue(run_job, ("id",), {})
    assert queue.asked == 1
