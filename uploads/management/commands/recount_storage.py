"""Compare the storage accounts with the files that they count."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.operator import OperatorCommand
from permissions.management.arguments import organization_named
from permissions.models import Organization
from uploads.storage.quota import recount_storage


class Command(OperatorCommand):
    help = "Find storage accounts that differ from the stored files; --apply repairs them. Safe while in use."
    example = "recount_storage --organization demo --apply"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--organization", action="append", metavar="SLUG", help="Only this organization. May be repeated."
        )
        parser.add_argument("--apply", action="store_true", help="Repair what differs.")

    def perform(self, *, organization: list[str] | None, apply: bool, **options: Any) -> None:
        chosen = [organization_named(slug) for slug in organization or []] or Organization.objects.all()
        differing = 0
        for each in chosen:
            for account in recount_storage(organization_id=each.pk, apply=apply):
                holder = f"user {account.user_id}" if account.user_id else "organization"
                differing += 1
                self.record(
                    f"{each.slug}, {holder}: should be {account}.",
                    organization=each.slug,
                    user=account.user_id,
                    used=account.used,
                    reserved=account.reserved,
                    repaired=apply,
                )
        self.say(f"{differing} accounts differ, {differing if apply else 0} repaired.")
