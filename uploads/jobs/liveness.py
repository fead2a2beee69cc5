"""The liveness of workers: each worker process writes a heartbeat into the database every few seconds."""

import logging
import os
import socket
from datetime import timedelta
from threading import Event, Thread

from django.db import DatabaseError, connection
from django.db.models import QuerySet

from common.db.clock import Now, now_plus
from common.db.ids import new_id
from uploads.models import WorkerProcess

log = logging.getLogger(__name__)

BEAT = 5.0  # seconds between two heartbeats
REMOVAL_WAIT = 5.0  # seconds that a process that ends waits for its row to be deleted
SILENCE = timedelta(seconds=30)  # a process without a heartbeat for longer counts as dead
PRUNED_AFTER = timedelta(hours=1)


def worker_seen_within(silence: timedelta = SILENCE) -> bool:
    """Tell whether any worker process had a heartbeat within `silence`. One query."""
    return living_workers(silence).exists()


def living_workers(silence: timedelta = SILENCE) -> QuerySet[WorkerProcess]:
    """Return the worker processes that had a heartbeat within `silence`."""
    return WorkerProcess.objects.filter(seen_at__gt=now_plus(-silence))


def prune_workers() -> int:
    """Delete the rows of processes that were killed more than PRUNED_AFTER ago; return how many."""
    return WorkerProcess.objects.filter(seen_at__lt=now_plus(-PRUNED_AFTER)).delete()[0]


class WorkerHeartbeat:
    """Writes the row of this process every few seconds, in a thread of its own, until left; then deletes it."""

    def __init__(self, lanes: str = "") -> None:
        self.id, self.lanes = new_id(), lanes
        self.name = f"{socket.gethostname()}:{os.getpid()}"[-100:]
        self.stop = Event()
        self.thread = Thread(target=self._beat, name="worker-heartbeat", daemon=True)

    def __enter__(self) -> "WorkerHeartbeat":
        self.thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop.set()
        self.thread.join(timeout=REMOVAL_WAIT)

    def _beat(self) -> None:
        self._write()
        while not self.stop.wait(BEAT):
            self._write()
        self._remove()

    def _write(self) -> None:
        try:
            if not WorkerProcess.objects.filter(pk=self.id).update(seen_at=Now()):
                facts = {"name": self.name, "lanes": self.lanes, "started_at": Now(), "seen_at": Now()}
                WorkerProcess.objects.bulk_create([WorkerProcess(id=self.id, **facts)])
        except DatabaseError:
            log.warning("The heartbeat of this worker could not be written; trying again.", exc_info=True)
        finally:
            connection.close()  # this thread's own; none is held between two beats

    def _remove(self) -> None:
        try:
            WorkerProcess.objects.filter(pk=self.id).delete()
        except DatabaseError:
            log.warning("The row of this worker stays until it is pruned.", exc_info=True)
        finally:
            connection.close()
