"""Run background jobs."""

from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from common.commands.operator import at_least
from common.supervisor import Child, Supervisor
from uploads.jobs.scheduler import SHORTEST_TICK
from uploads.jobs.worker import lanes_of, work


class Command(BaseCommand):
    help = (
        "Run background jobs: workers and the scheduler, in one supervised process tree. "
        "SIGTERM lets short jobs finish and queues long ones again. May be killed at any time without losing a job. "
        "Example: manage.py work --processes 4"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--processes", type=int, default=settings.WORKER_PROCESSES, help="Number of workers (%(default)s)."
        )
        parser.add_argument(
            "--tick", type=float, default=5, metavar="SECONDS", help="Time between ticks (%(default)s)."
        )
        parser.add_argument("--grace", type=float, default=settings.WORKER_GRACE_SECONDS, metavar="SECONDS")

    def handle(self, *args: Any, processes: int, tick: float, grace: float, **options: Any) -> None:
        at_least(1, processes, "--processes")
        at_least(0, grace, "--grace")
        at_least(SHORTEST_TICK, tick, "--tick")
        connections.close_all()  # a connection must not be shared with a fork
        numbers = range(1, processes + 1)
        children = [Child(f"worker {number}", partial(work, lanes_of(number, processes))) for number in numbers]
        children.append(Child("tick", partial(call_command, "tick", loop=tick)))
        self.stdout.write(f"Working with {processes} processes; stop with Ctrl-C.")
        self.stdout.flush()
        Supervisor(children, grace=grace).run()
