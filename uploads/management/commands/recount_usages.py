"""Compare the usage counters of files with their usages."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.operator import OperatorCommand
from permissions.management.arguments import organization_named
from uploads.usages.record import drifted_counts, repair_count


class Command(OperatorCommand):
    help = "Find files whose usage_count differs from their usages; --apply repairs them. Safe while in use."
    example = "recount_usages --apply"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--organization", action="append", metavar="SLUG", help="Only this organization. May be repeated."
        )
        parser.add_argument("--apply", action="store_true", help="Repair what differs.")

    def perform(self, *, organization: list[str] | None, apply: bool, **options: Any) -> None:
        differing = repaired = 0
        chosen = [organization_named(slug).pk for slug in organization] if organization else None
        for drift in drifted_counts(chosen):
            repair = repair_count(upload_id=drift.upload_id) if apply else None
            differing += 1
            repaired += repair is not None
            _, recorded, counted = repair or drift
            self.record(
                f"{drift.upload_id}: the counter is {recorded}, the file has {counted} usages.",
                upload=drift.upload_id,
                recorded=recorded,
                counted=counted,
                repaired=repair is not None,
            )
        self.say(f"{differing} counters differ, {repaired} repaired.")
