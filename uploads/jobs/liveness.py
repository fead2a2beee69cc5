"""Whether background work is done: each worker process says so every few seconds, in the database."""

import logging
import os
import socket
from datetime import timedelta
from threading import Event, Thread

from django.db import DatabaseError, connection

from common.clock import Now, now_plus
from permissions.ids import new_id
from uploads.models import WorkerProcess

log = logging.getLogger(__name__)

BEAT = 5.0  # seconds between two signs of life
REMOVAL_WAIT = 5.0  # seconds that a process that ends waits for its row to be deleted
SILENCE = timedelta(seconds=30)  # a process that was not heard of for longer is taken for dead
FORGOTTEN_AFTER = timedelta(hours=1)


def worker_seen_within(silence: timedelta = SILENCE) -> bool:
    """Whether any worker process gave a sign of life within `silence`. One query."""
    return WorkerProcess.objects.filter(seen_at__gt=now_plus(-silence)).exists()


def prune_workers() -> int:
    """Forget the processes that vanished long ago; returns how many."""
    return WorkerProcess.objects.filter(seen_at__lt=now_plus(-FORGOTTEN_AFTER)).delete()[0]


class SignsOfLife:
    """Writes this process's row every few seconds, from a thread of its own, until left; then removes it."""

    def __init__(self, lanes: str = "") -> None:
        self.id, self.lanes = new_id(), lanes
        self.name = f"{socket.gethostname()}:{os.getpid()}"[-100:]
        self.stop = Event()
        self.thread = Thread(target=self._beat, name="signs-of-life", daemon=True)

    def __enter__(self) -> "SignsOfLife":
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
            log.warning("No sign of life could be written; trying again.", exc_info=True)
        finally:
            connection.close()  # this thread's own; none is held between two beats

    def _remove(self) -> None:
        try:
            WorkerProcess.objects.filter(pk=self.id).delete()
        except DatabaseError:
            log.warning("The row of this worker stays until it is pruned.", exc_info=True)
        finally:
            connection.close()
