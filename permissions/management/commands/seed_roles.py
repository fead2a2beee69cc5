"""Create or repair the seeded roles."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.operator import OperatorCommand
from permissions.management.arguments import organization_named
from permissions.models import Organization
from permissions.services.memberships import seed_roles


class Command(OperatorCommand):
    help = "Create or repair the seeded roles (Administrator, Creator, Member); custom roles are left alone."
    example = "seed_roles --organization demo"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", action="append", metavar="SLUG", help="Only this one; may be repeated.")

    def perform(self, *, organization: list[str] | None, **options: Any) -> None:
        chosen = [organization_named(slug) for slug in organization or []] or Organization.objects.all()
        for each in chosen:
            names = [role.name for role in seed_roles(organization=each)]
            self.record(f"{each.slug}: {', '.join(names)}", organization=each.slug, roles=names)
