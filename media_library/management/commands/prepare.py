"""Bring an installation's database up to date before it is served."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from common.commands.locking import exclusive_lock
from common.commands.operator import OperatorCommand, printable
from common.errors import DomainError
from media_library.demo.accounts import PEOPLE, SUPERUSER, create_accounts
from media_library.demo.contents import create_contents
from media_library.demo.files import missing_files, upload_files
from permissions.models import Organization, User
from permissions.services.installation import has_accounts, make_code
from permissions.services.memberships import seed_roles
from uploads.storage.contract import StoreUnavailable


class Command(OperatorCommand):
    help = "Migrate, repair the seeded roles after a migration, and fill an empty database (unless SEED_DEMO=0)."
    example = "prepare"

    def perform(self, **options: Any) -> None:
        with exclusive_lock("prepare"):
            if migrations_are_pending():
                call_command("migrate", verbosity=0, interactive=False)
                for organization in Organization.objects.all():
                    seed_roles(organization=organization)
            password = self.fill_if_empty()
        known = set(User.objects.filter(username__in=[SUPERUSER, *PEOPLE]).values_list("username", flat=True))
        demo = [username for username in (SUPERUSER, *PEOPLE) if username in known]
        code = "" if has_accounts() else make_code()
        self.record("The database is ready.", demo=demo, has_accounts=not code, password=password, code=code)

    def fill_if_empty(self) -> str:
        """Create the demonstration in a database without people; return its password if it was generated."""
        if not settings.SEED_DEMO or has_accounts():
            return ""
        password = create_accounts(password=settings.DEMO_PASSWORD).password
        try:
            list(upload_files(missing_files()))
            create_contents()
        except (DomainError, DatabaseError, OSError, StoreUnavailable) as error:  # the password must still be shown
            self.stderr.write(printable(f"The demonstration has no files: {error}"))
        return "" if settings.DEMO_PASSWORD else password


def migrations_are_pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
