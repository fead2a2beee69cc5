"""A process that runs jobs, and the lanes that each process takes."""

import logging
import time
from collections.abc import Collection

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from uploads.choices import Lane
from uploads.jobs import execute, heartbeat
from uploads.jobs.liveness import WorkerHeartbeat
from uploads.jobs.stop import Stop

log = logging.getLogger(__name__)

POLL = 0.5  # seconds between two queries of an empty ledger
JOBS_PER_PROCESS = 1000  # that one process runs before another one replaces it


def lanes_of(number: int, processes: int) -> list[Lane]:
    """Return the lanes of process `number` (from 1) of `processes`.

    One process is reserved for jobs for which a person waits, and one takes no long jobs.
    """
    if processes > 2 and number == 1:
        return [Lane.INTERACTIVE]
    if processes > 2 and number == 2:
        return [Lane.INTERACTIVE, Lane.DEFAULT, Lane.BULK]
    if processes == 2 and number == 1:
        return [Lane.INTERACTIVE, Lane.DEFAULT]
    return list(Lane)


def work(lanes: Collection[Lane]) -> None:
    """Run jobs of these lanes until a signal asks to stop, or JOBS_PER_PROCESS have run."""
    execute.after_overrun = heartbeat.exit_process
    with WorkerHeartbeat(", ".join(lane.name.lower() for lane in lanes)):
        if settings.TASKS_BACKEND == "rq":
            from uploads.jobs import rq_worker

            rq_worker.work(list(lanes))
        else:
            _work(lanes)


def _work(lanes: Collection[Lane]) -> None:
    stop, done = Stop(), 0
    stop.listen()
    while done < JOBS_PER_PROCESS and not stop.requested:
        if _run_one(lanes):
            done += 1
        elif not stop.requested:
            time.sleep(POLL)


def _run_one(lanes: Collection[Lane]) -> bool:
    """Run one job; return False if there was none or the database failed. Its restart must not end the worker."""
    try:
        job = execute.run_next(lanes)
    except DatabaseError as error:
        log.warning("The database does not answer; trying again: %s", error)
        connection.close()
        return False
    if job:
        close_old_connections()
    return job is not None
