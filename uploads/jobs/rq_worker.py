"""Workers that RQ wakes: each wake-up runs one job of the ledger and wakes the next worker."""

from collections.abc import Sequence
from types import FrameType

import rq
from django.conf import settings
from django.db import close_old_connections
from redis import Redis
from rq.serializers import JSONSerializer

from uploads.choices import Lane
from uploads.jobs.execute import is_interruptible, run_next
from uploads.jobs.rq import queue_name
from uploads.jobs.wake import wake

JOBS_PER_PROCESS = 1000  # that one process runs before another one replaces it

_lanes: list[Lane] = list(Lane)  # those of this process


def run_one() -> None:
    """Run the most urgent job and wake the next worker, if there was one. RQ's worker calls it."""
    close_old_connections()
    try:
        if job := run_next(_lanes):
            wake(Lane(job.lane))
    finally:
        close_old_connections()


def work(lanes: Sequence[Lane]) -> None:
    """Run jobs of these lanes as RQ's worker in this process, whose supervisor stops and replaces it as any other."""
    _lanes[:] = lanes
    connection = Redis.from_url(settings.REDIS_URL)
    queues = [rq.Queue(queue_name(lane), connection=connection, serializer=JSONSerializer) for lane in lanes]
    worker = _Worker(queues, connection=connection, serializer=JSONSerializer)
    worker.work(logging_level="WARNING", max_jobs=JOBS_PER_PROCESS)


class _Worker(rq.SimpleWorker):
    """Ends as workers of the database engine do: a long job is queued again at once, a short one may finish."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        super().request_stop(signum, frame)
        if is_interruptible():
            raise SystemExit(0)
