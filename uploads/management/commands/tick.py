"""One step of the scheduler of background jobs, or its loop."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from common.commands.operator import at_least
from uploads.jobs import tick
from uploads.jobs.scheduler import SHORTEST_TICK


class Command(BaseCommand):
    help = (
        "Wake workers for due jobs, queue jobs of dead workers again, submit periodic ones. "
        "Any number may run at once. Example: manage.py tick --loop 5"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", type=float, metavar="SECONDS", help="Repeat at this interval.")

    def handle(self, *args: Any, loop: float | None, verbosity: int, **options: Any) -> None:
        if loop is None:
            self._say(tick())
        else:
            at_least(SHORTEST_TICK, loop, "--loop")
        while loop is not None:
            close_old_connections()
            try:
                counts = tick()
            except DatabaseError as error:  # a restart of the database must not end the loop
                self.stderr.write(f"tick: {error}")
            else:
                if any(counts.values()) and verbosity > 1:
                    self._say(counts)
            time.sleep(loop)

    def _say(self, counts: dict[str, int]) -> None:
        self.stdout.write(", ".join(f"{count} {what}" for what, count in counts.items()))
