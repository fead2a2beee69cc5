"""Read the metadata of files that were uploaded before it was read at the upload."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.operator import OperatorCommand
from permissions.management.arguments import organization_named
from uploads.files.metadata import submit_unread, unread_uploads


class Command(OperatorCommand):
    help = (
        "Queue jobs that read the metadata (camera, caption, copyright …) of files whose metadata was never read. "
        "The jobs wait behind work for which a person waits. Safe while in use, and to repeat."
    )
    example = "read_metadata"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="Only files of this organization.")
        parser.add_argument("--dry-run", action="store_true", help="Count them and change nothing.")

    def perform(self, *, organization: str | None, dry_run: bool, **options: Any) -> None:
        rows = unread_uploads(organization_named(organization).pk if organization else None)
        count = rows.count() if dry_run else submit_unread(rows)
        text = "The metadata of %d files was never read." if dry_run else "Queued jobs for %d files."
        self.record(text % count, files=count, queued=0 if dry_run else count)
