"""Ringing through a Redis that does not answer."""

import pytest
from redis.exceptions import TimeoutError as RedisTimeout

from common.resilience.circuit_breaker import Breaker
from uploads.choices import Lane
from uploads.jobs import rq


class SilentQueue:
    asked = 0

    @property
    def count(self):
        self.asked += 1
        raise RedisTimeout


# FA-C1
def test_of_many_rings_one_waits_for_a_silent_redis(monkeypatch, settings):
    queue = SilentQueue()
    monkeypatch.setattr(rq, "queue_of", lambda lane: queue)
    monkeypatch.setattr(rq, "_breaker", Breaker(failure_threshold=1, probe_interval=60))
    for _ in range(3):
        with pytest.raises((RedisTimeout, ConnectionError)):
            rq.wake(Lane.INTERACTIVE)
    assert queue.asked == 1


# FA-C8
def test_a_lane_is_rung_no_more_often_than_there_is_use_for(monkeypatch):
    queue = CountingQueue()
    monkeypatch.setattr(rq, "queue_of", lambda lane: queue)
    for _ in range(1000):
        rq.wake(Lane.BULK)
    assert queue.count == rq.ENOUGH


class CountingQueue:
    count = 0

    def enqueue_call(self, *args, **kwargs):
        self.count += 1
