"""Create organizations, people and files to try the library with."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from media_library.demo.accounts import create_accounts
from permissions.management.base import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Create the demonstration's organizations, people and files; what exists is left alone. "
        "The password is DEMO_PASSWORD, else a generated one that is printed once."
    )
    example = "create_demo --new-password"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new-password", action="store_true", help="Give the accounts that exist a new password.")

    def perform(self, *, new_password: bool, **options: Any) -> None:
        accounts = create_accounts(password=settings.DEMO_PASSWORD, new_password=new_password)
        self.record(
            f"Accounts: {', '.join(accounts.usernames)}",
            accounts=accounts.usernames,
            password=accounts.password,
        )
        if accounts.password:
            self.say(f"Password: {accounts.password}")
