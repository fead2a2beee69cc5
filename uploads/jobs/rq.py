"""RQ as the engine for a fleet of machines: what Redis carries wakes a worker, which then claims from the ledger.

Redis holds no job, only wake-ups as JSON (RQ's own pickles would run the code of any writer to Redis), and may lose
them: `tick` sends them again. RQ neither limits nor repeats anything; the ledger does both.
"""

from functools import cache

import rq
from django.conf import settings
from redis import Redis
from redis.exceptions import TimeoutError as RedisTimeout
from rq.serializers import JSONSerializer

from common.resilience.circuit_breaker import Breaker
from common.resilience.redis_options import redis_options
from uploads.choices import Lane

UNLIMITED = -1  # the ledger limits attempts; RQ's alarm could interrupt any statement
FAILURES_KEPT = 3600  # seconds that Redis keeps wake-ups that failed; the jobs stay in the ledger
ENOUGH = 20  # wake-ups in one lane; each sends another one while there is work
WAKE = "uploads.jobs.rq_worker.run_one"  # what RQ's workers call

_breaker = Breaker(failure_threshold=1)  # a request wakes many times: only the first one waits for a silent Redis


def wake(lane: Lane) -> None:
    """Wake a worker of `lane`, unless enough wake-ups are waiting.

    Raises redis.RedisError if Redis does not respond within a second, and CircuitOpen at once for the next calls.
    """
    with _breaker.call(RedisTimeout):
        queue = queue_of(lane)
        if queue.count < ENOUGH:
            queue.enqueue_call(WAKE, timeout=UNLIMITED, result_ttl=0, failure_ttl=FAILURES_KEPT)


def is_silent(lane: Lane) -> bool:
    """Tell whether nothing in Redis would wake a worker of `lane`. Raises redis.RedisError."""
    return not queue_of(lane).count


@cache
def queue_of(lane: Lane) -> rq.Queue:
    connection = Redis.from_url(settings.REDIS_URL, **redis_options())
    return rq.Queue(queue_name(lane), connection=connection, serializer=JSONSerializer)


def queue_name(lane: Lane) -> str:
    return f"media-library-{lane.name.lower()}"
