"""Empty the trash."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db.models import Sum
from django.utils import timezone

from common.commands.locking import only_one
from common.commands.operator import OperatorCommand, UsageError
from permissions.management.arguments import organization_named
from uploads.files.purge import due_for_purge, purge_due, unfinished_purges

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Command(OperatorCommand):
    help = (
        "Delete files for good that have been in the trash for long enough and that nothing uses, and finish purges "
        "that were cut short. Shows what it would do; --apply does it. May be stopped and run again at any time."
    )
    example = "purge_deleted --older-than 30d --apply"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than",
            metavar="AGE",
            default=f"{settings.TRASH_RETENTION_DAYS}d",
            help="How long they must have been in the trash, as 30d, 12h, 90m or 0 (%(default)s).",
        )
        parser.add_argument("--organization", metavar="SLUG", help="Only files of this one.")
        parser.add_argument("--apply", action="store_true", help="Delete them; nothing brings them back.")
        parser.add_argument("--yes", action="store_true", help="Needed to empty the whole trash: --older-than 0.")

    def perform(self, *, older_than: str, organization: str | None, apply: bool, yes: bool, **options: Any) -> None:
        age = age_of(older_than)
        if apply and not age and not yes:
            raise UsageError("This empties the whole trash: say --yes if that is what you want.")
        organization_id = organization_named(organization).pk if organization else None
        chosen: Any = {"before": timezone.now() - age, "organization_id": organization_id}
        with only_one("purge_deleted"):
            self._purge(chosen, apply=apply)

    def _purge(self, chosen: dict[str, Any], *, apply: bool) -> None:
        due = due_for_purge(**chosen)
        facts = {"due": due.count(), "bytes": due.aggregate(sum=Sum("size"))["sum"] or 0}
        facts["unfinished"] = unfinished_purges().count()
        purged = 0
        with self.progress("Purging", facts["due"] + facts["unfinished"]) as advance:
            for gone in purge_due(**chosen) if apply else ():
                purged += gone
                advance(gone)
        facts.update(purged=purged, left=unfinished_purges().count() if apply else facts["unfinished"])
        shown = "{due} files of {bytes} bytes are due, {unfinished} purges were unfinished; {purged} purged"
        self.record(f"{shown}, {{left}} left unfinished.".format(**facts), **facts, applied=apply)


def age_of(text: str) -> timedelta:
    """Read an age such as 30d. Raises UsageError."""
    match = re.fullmatch(r"([0-9]{1,6})([dhms]?)", text)
    if match is None or (not match[2] and int(match[1])):
        raise UsageError(f"{text!r} is no age: say 30d, 12h, 90m or 0.")
    return timedelta(**{UNITS[match[2] or "s"]: int(match[1])})
