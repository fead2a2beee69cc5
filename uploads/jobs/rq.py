"""RQ as the engine for a fleet of machines: what Redis carries wakes a worker, which then claims from the ledger.

Redis holds no job, only wake-ups as JSON (RQ's own pickles would run the code of any writer to Redis), and may lose
them: `tick` rings again. RQ neither limits nor repeats anything; the ledger does both.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import rq
from django.conf import settings
from django.db import close_old_connections
from redis import Redis
from redis.exceptions import TimeoutError as RedisTimeout
from rq.serializers import JSONSerializer

from common.redis_options import redis_options
from common.resilience.circuit_breaker import Breaker
from uploads.choices import Lane
from uploads.jobs.execute import is_interruptible, run_next
from uploads.jobs.wake import ring as ring_lane

UNLIMITED = -1  # the ledger bounds attempts, and RQ's alarm would go off in the middle of anything
FORGOTTEN_AFTER = 3600  # seconds that Redis keeps wake-ups that failed; the jobs themselves stay in the ledger
ENOUGH = 20  # wake-ups in one lane: each makes another one while there is work
JOBS = 1000  # that one process does before another takes its place

_lanes: list[Lane] = list(Lane)  # those of this process

_breaker = Breaker(after=1)  # a request rings many times: only the first one waits for a silent Redis


def ring(lane: Lane) -> None:
    """Wake a worker of `lane`, unless enough of them are on their way.

    Raises redis.RedisError where Redis does not answer within a second, and Open at once for the next rings.
    """
    with _breaker.call(RedisTimeout):
        queue = _queue(lane)
        if queue.count < ENOUGH:
            queue.enqueue_call(wake, timeout=UNLIMITED, result_ttl=0, failure_ttl=FORGOTTEN_AFTER)


def is_silent(lane: Lane) -> bool:
    """Whether nothing in Redis would wake a worker of `lane`. Raises redis.RedisError."""
    return not _queue(lane).count


def wake() -> None:
    """What RQ's worker calls: do the most urgent job, and wake the next worker where there was one."""
    close_old_connections()
    try:
        if job := run_next(_lanes):
            ring_lane(Lane(job.lane))
    finally:
        close_old_connections()


def work(lanes: Sequence[Lane]) -> None:
    """Be a worker for these lanes, in this process: its supervisor stops, kills and replaces it as any other."""
    _lanes[:] = lanes
    connection = Redis.from_url(settings.REDIS_URL)
    queues = [rq.Queue(_name(lane), connection=connection, serializer=JSONSerializer) for lane in lanes]
    worker = _Worker(queues, connection=connection, serializer=JSONSerializer)
    worker.work(logging_level="WARNING", max_jobs=JOBS)


class _Worker(rq.SimpleWorker):
    """Ends as our own workers do: a long job is put back at once, another one may finish."""

    def request_stop(self, signum: int, frame: Any) -> None:
        super().request_stop(signum, frame)
        if is_interruptible():
            raise SystemExit(0)


@cache
def _queue(lane: Lane) -> rq.Queue:
    connection = Redis.from_url(settings.REDIS_URL, **redis_options())
    return rq.Queue(_name(lane), connection=connection, serializer=JSONSerializer)


def _name(lane: Lane) -> str:
    return f"media-library-{lane.name.lower()}"
