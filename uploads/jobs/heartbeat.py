"""The thread that keeps a lease alive while its handler works."""

import logging
import os
import time
from collections.abc import Callable
from threading import Event, Thread

from django.db import DatabaseError, connection

from common.db.clock import now_plus
from uploads.jobs.context import JobContext, JobLost
from uploads.jobs.registry import Handler

log = logging.getLogger(__name__)

LONGEST_BEAT = 10.0  # seconds; a handler that does not report notices a cancelation as late as that


class Heartbeat:
    """Extends the lease of `job` until left. Sets `job.lost` on loss; calls `overrun` after the handler's timeout."""

    def __init__(self, job: JobContext, handler: Handler, *, overrun: Callable[[], None]):
        self.job, self.handler, self.overrun = job, handler, overrun
        self.stop = Event()
        self.thread = Thread(target=self._beat, name=f"heartbeat-{job.id}", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self.thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop.set()
        self.thread.join()

    def _beat(self) -> None:
        ends = time.monotonic() + self.handler.timeout.total_seconds()
        pause = min(self.handler.lease.total_seconds() / 3, LONGEST_BEAT)
        try:
            while not self.stop.wait(max(0, min(pause, ends - time.monotonic()))):
                if time.monotonic() >= ends:
                    self.overrun()
                    return
                self._extend()
                if self.job.canceled:
                    return
        finally:
            connection.close()  # this thread's own

    def _extend(self) -> None:
        try:
            self.job.write(lease_until=now_plus(self.handler.lease))
        except JobLost:
            log.warning("Job %s (%s) was taken from attempt %s.", self.job.id, self.job.kind, self.job.attempt)
        except DatabaseError:
            log.warning("The lease of job %s could not be extended; trying again.", self.job.id, exc_info=True)


def exit_process() -> None:
    """End the process of a worker whose handler does not stop; its supervisor starts another one."""
    log.critical("A handler overran its time: the process ends.")
    os._exit(70)
