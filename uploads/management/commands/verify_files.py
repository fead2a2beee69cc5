"""Verify that every file is in storage, for instance after a restore."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.operator import Failed, OperatorCommand, UsageError
from permissions.management.arguments import organization_named
from uploads.audit.verify import BrokenFile, rows_to_verify, verify_files


class Command(OperatorCommand):
    help = (
        "Verify the object of every file, version and rendition: its size, and the checksum of a sample or of all. "
        "Changes nothing. Exits with 1 if a file is missing or damaged."
    )
    example = "verify_files --sample 5"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="Only files of this organization.")
        parser.add_argument(
            "--sample", type=float, metavar="PERCENT", default=1, help="Read this percentage of them (%(default)s)."
        )
        parser.add_argument("--all", action="store_const", const=100, dest="sample", help="Read all of them.")

    def perform(self, *, organization: str | None, sample: float, **options: Any) -> None:
        if not 0 <= sample <= 100:
            raise UsageError("A sample is between 0 and 100 percent.")
        organization_id = organization_named(organization).pk if organization else None
        broken = 0
        with self.progress("Verifying", rows_to_verify(organization_id)) as advance:
            for each in verify_files(organization_id=organization_id, share=sample / 100, report=advance):
                if isinstance(each, BrokenFile):
                    broken += 1
                    facts = {"broken": each.fault, "storage": each.storage, "key": each.key, "upload": each.upload}
                    self.record(f"{each.fault}: {each.storage}:{each.key} of {each.upload}", **facts)
                else:
                    text = (
                        f"{each.rows} objects checked, {each.read} read ({each.bytes} B): {broken} missing or damaged."
                    )
                    self.record(text, rows=each.rows, read=each.read, bytes=each.bytes, broken_count=broken)
        if broken:
            raise Failed(f"{broken} files are missing or damaged in storage.")
