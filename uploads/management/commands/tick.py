import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from uploads.jobs import tick


class Command(BaseCommand):
    help = (
        "Ring due background jobs, queue again those whose worker vanished, submit periodic ones. "
        "Any number may run at once. Example: manage.py tick --loop 5"
    )

    def add_arguments(self, parser):
        parser.add_argument("--loop", type=float, metavar="SECONDS", help="Go on for ever, this often.")

    def handle(self, *, loop: float | None, verbosity: int, **options):
        if loop is None:
            self._say(tick())
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
