"""Create the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from common.commands.operator import OperatorCommand
from media_library.demo.accounts import create_accounts
from media_library.demo.contents import create_contents
from media_library.demo.files import missing_files, upload_files


class Command(OperatorCommand):
    help = (
        "Create the demonstration's organizations, people and files; existing ones are not changed. "
        "The password is DEMO_PASSWORD, else a generated one that is printed once."
    )
    example = "create_demo --new-password"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts-only", action="store_true", help="Upload no files.")
        parser.add_argument("--new-password", action="store_true", help="Give the accounts that exist a new password.")

    def perform(self, *, new_password: bool, accounts_only: bool, **options: Any) -> None:
        accounts = create_accounts(password=settings.DEMO_PASSWORD, new_password=new_password)
        self.record(
            f"Accounts: {', '.join(accounts.usernames)}",
            accounts=accounts.usernames,
            password=accounts.password,
        )
        if accounts.password:
            self.say(f"Password: {accounts.password}")
        if not accounts_only:
            self.upload_missing()
            self.record("Published content", contents=create_contents())

    def upload_missing(self) -> None:
        files = missing_files()
        with self.progress("Uploading", len(files)) as advance:
            for upload in upload_files(files):
                advance()
                self.record(f"Uploaded {upload.original_filename}", upload=upload.pk, name=upload.original_filename)
