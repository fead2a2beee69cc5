"""Compare the storage accounts with their rows."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.operator import OperatorCommand
from permissions.management.arguments import organization_named
from permissions.models import Organization
from uploads.storage.quota import recount_storage


class Command(OperatorCommand):
    help = "Find storage accounts that differ from their rows, and repair them with --apply. Safe while in use."
    example = "recount_storage --organization demo --apply"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", action="append", metavar="SLUG", help="Only this one; may be repeated.")
        parser.add_argument("--apply", action="store_true", help="Repair what differs.")

    def perform(self, *, organization: list[str] | None, apply: bool, **options: Any) -> None:
        chosen = [organization_named(slug) for slug in organization or []] or Organization.objects.all()
        found = 0
        for each in chosen:
            for account in recount_storage(organization_id=each.pk, apply=apply):
                whose = f"user {account.user_id}" if account.user_id else "organization"
                found += 1
                self.record(
                    f"{each.slug}, {whose}: should be {account}.",
                    organization=each.slug,
                    user=account.user_id,
                    used=account.used,
                    reserved=account.reserved,
                    repaired=apply,
                )
        self.say(f"{found} accounts differ, {found if apply else 0} repaired.")
