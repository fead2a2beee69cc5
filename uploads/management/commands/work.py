import os
import socket
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from uploads.jobs import heartbeat, running
from uploads.jobs.liveness import SignsOfLife
from uploads.jobs.supervising import Child, Supervisor


class Command(BaseCommand):
    help = (
        "Do background jobs: the task engine's workers and the tick loop, in one supervised process tree. "
        "SIGTERM lets running jobs finish; killing it at any time loses nothing. Example: manage.py work --processes 4"
    )

    def add_arguments(self, parser):
        parser.add_argument("--processes", type=int, default=settings.WORKER_PROCESSES, help="Workers (%(default)s).")
        parser.add_argument("--tick", type=float, default=5, metavar="SECONDS", help="Between ticks (%(default)s).")
        parser.add_argument("--grace", type=float, default=settings.WORKER_GRACE_SECONDS, metavar="SECONDS")

    def handle(self, *, processes: int, tick: float, grace: float, **options):
        connections.close_all()  # a connection must not be shared with a fork
        children = [Child(f"worker {number}", work) for number in range(1, processes + 1)]
        children.append(Child("tick", partial(call_command, "tick", loop=tick)))
        self.stdout.write(f"Working with {processes} processes; stop with Ctrl-C.")
        self.stdout.flush()
        Supervisor(children, grace=grace).run()


def work() -> None:
    """The engine's own worker, in this process."""
    running.after_overrun = heartbeat.leave_process
    command, options = settings.TASK_WORKER
    if command == "db_worker":
        options = {**options, "worker_id": f"{socket.gethostname()}-{os.getpid()}"[-64:]}
    with SignsOfLife():
        call_command(command, **options)
