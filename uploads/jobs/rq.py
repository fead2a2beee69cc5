"""RQ as the task engine: ids of jobs through Redis, for a fleet of machines.

Redis carries nothing but ids, as JSON (RQ's own pickles would let whoever writes to Redis run code), and may lose
them: `tick` rings again. RQ neither limits nor repeats anything; the ledger does both.
"""

from functools import cache
from typing import Any

import rq
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from redis import Redis
from redis.exceptions import TimeoutError as RedisTimeout
from rq.serializers import JSONSerializer

from common.breaker import Breaker
from common.redis_options import redis_options

QUEUE = "media-library"
UNLIMITED = -1  # the ledger bounds attempts, and RQ's alarm would go off in the middle of anything
FORGOTTEN_AFTER = 3600  # seconds that Redis keeps rings that failed; the jobs themselves stay in the ledger

_breaker = Breaker(after=1)  # a request rings many times: only the first one waits for a silent Redis


class RQBackend(BaseTaskBackend):
    """Puts tasks into one RQ queue. Needs settings.REDIS_URL."""

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Raises redis.RedisError where Redis does not answer within a second, and Open at once for the next rings."""
        self.validate_task(task)
        with _breaker.call(RedisTimeout):
            job = _queue().enqueue_call(
                perform,
                (task.module_path, list(args), dict(kwargs)),
                timeout=UNLIMITED,
                result_ttl=0,
                failure_ttl=FORGOTTEN_AFTER,
            )
        return TaskResult(
            task=task,
            id=job.id,
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        if settings.REDIS_URL:
            return []
        return [Error("TASKS_BACKEND=rq needs REDIS_URL.", id="uploads.E020")]


def perform(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """What RQ's worker calls: the task at `path`, with connections that are still good."""
    close_old_connections()
    try:
        import_string(path).call(*args, **kwargs)
    finally:
        close_old_connections()


def new_worker() -> rq.SimpleWorker:
    """A worker that works in its own process: its supervisor stops, kills and replaces it as any other."""
    connection = Redis.from_url(settings.REDIS_URL)
    queue = rq.Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    return rq.SimpleWorker([queue], connection=connection, serializer=JSONSerializer)


@cache
def _queue() -> rq.Queue:
    connection = Redis.from_url(settings.REDIS_URL, **redis_options())
    return rq.Queue(QUEUE, connection=connection, serializer=JSONSerializer)
