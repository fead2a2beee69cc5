"""Expire upload sessions whose time is over."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.operator import OperatorCommand
from uploads.sessions.expire import due_sessions, expire_sessions

BATCH = 100


class Command(OperatorCommand):
    help = "Expire open upload sessions whose time is over: their quota is released, their bytes and parts are deleted."
    example = "expire_sessions --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only report how many there are.")

    def perform(self, *, dry_run: bool, **options: Any) -> None:
        due, expired = due_sessions().count(), 0
        if dry_run:
            self.record(f"{due} upload sessions are due to expire.", due=due, expired=0)
            return
        with self.progress("Expiring", due) as advance:
            while due_sessions().exists():
                ended = expire_sessions(limit=BATCH)
                expired += ended
                advance(ended)
        self.record(f"{expired} upload sessions expired.", due=due, expired=expired)
