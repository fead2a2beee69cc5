"""Purge files from the trash."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandParser
from django.db.models import Sum
from django.utils import timezone

from common.commands.locking import exclusive_lock
from common.commands.operator import OperatorCommand, UsageError
from permissions.management.arguments import organization_named
from uploads.files.purge import unfinished_purges
from uploads.files.retention import due_for_purge, purge_due

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Command(OperatorCommand):
    help = (
        "Purge unused files that have been in the trash for some time, and finish interrupted purges. Reports what it "
        "would do; --apply does it. May be stopped and run again at any time."
    )
    example = "purge_deleted --older-than 30d --apply"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than",
            metavar="AGE",
            default=f"{settings.TRASH_RETENTION_DAYS}d",
            help="Minimum time in the trash: 30d, 12h, 90m or 0 (%(default)s).",
        )
        parser.add_argument("--organization", metavar="SLUG", help="Only files of this organization.")
        parser.add_argument("--apply", action="store_true", help="Purge them. They cannot be restored.")
        parser.add_argument("--yes", action="store_true", help="Confirms --older-than 0, which empties the trash.")

    def perform(self, *, older_than: str, organization: str | None, apply: bool, yes: bool, **options: Any) -> None:
        age = age_of(older_than)
        if apply and not age and not yes:
            raise UsageError("This empties the whole trash. Confirm it with --yes.")
        organization_id = organization_named(organization).pk if organization else None
        with exclusive_lock("purge_deleted"):
            self._purge(timezone.now() - age, organization_id, apply=apply)

    def _purge(self, before: datetime, organization_id: UUID | None, *, apply: bool) -> None:
        due = due_for_purge(before=before, organization_id=organization_id)
        facts = {"due": due.count(), "bytes": due.aggregate(sum=Sum("size"))["sum"] or 0}
        facts["unfinished"] = unfinished_purges().count()
        purged = 0
        with self.progress("Purging", facts["due"] + facts["unfinished"]) as advance:
            for gone in purge_due(before=before, organization_id=organization_id) if apply else ():
                purged += gone
                advance(gone)
        facts.update(purged=purged, left=unfinished_purges().count() if apply else facts["unfinished"])
        text = "{due} files ({bytes} bytes) are due, {unfinished} purges were unfinished; {purged} purged, {left} left."
        self.record(text.format(**facts), **facts, applied=apply)


def age_of(text: str) -> timedelta:
    """Read an age such as 30d. Raises UsageError."""
    match = re.fullmatch(r"([0-9]{1,6})([dhms]?)", text)
    if match is None or (not match[2] and int(match[1])):
        raise UsageError(f"{text!r} is not an age. Examples: 30d, 12h, 90m, 0.")
    return timedelta(**{UNITS[match[2] or "s"]: int(match[1])})
