"""Import library resources from a manifest."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from common.commands.locking import exclusive_lock
from common.commands.operator import Failed, OperatorCommand, UsageError
from common.errors import Denied, DomainError
from permissions.context import access_of
from permissions.errors import NotAMember
from permissions.management.arguments import organization_named
from permissions.models import User
from resources.services.library_import import Entry, import_entry, read_entry


class Command(OperatorCommand):
    help = (
        "Create models, scenes and garments from the rows of a manifest with the columns key, type, name, status, "
        "gender, age_group, environment, category, original, thumbnail and gallery (names separated by '|'). "
        "Each key is imported once; after an interruption the same call continues."
    )
    example = "import_library garments.csv --files /srv/pictures --organization demo --user demo-admin"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("manifest", type=Path, help="A .csv with a header, or a .json with a list of objects.")
        parser.add_argument("--files", type=Path, required=True, help="Folder of the files that the manifest names.")
        parser.add_argument("--organization", metavar="SLUG", required=True, help="Organization of the resources.")
        parser.add_argument("--user", metavar="USERNAME", required=True, help="Owner of the files.")
        parser.add_argument("--dry-run", action="store_true", help="Only report what would be imported.")

    def perform(self, **options: Any) -> None:
        organization = organization_named(options["organization"])
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise UsageError(f"There is no user {options['user']!r}.")
        try:
            self.access = access_of(user, organization.pk)
        except NotAMember:
            raise UsageError(f"{user} is not a member of {organization.slug}.") from None
        rows = rows_of(options["manifest"])
        with exclusive_lock(f"import_library {organization.pk}"), self.progress("Importing", len(rows)) as advance:
            outcomes = []
            for number, row in enumerate(rows, start=1):
                outcomes.append(self._import(number, row, options["files"], dry_run=options["dry_run"]))
                advance()
        counts = {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}
        self.record(", ".join(f"{n} {outcome}" for outcome, n in counts.items()) or "Nothing to do.", summary=counts)
        if "failed" in counts:
            raise Failed(f"{counts['failed']} of {len(rows)} rows could not be imported.")

    def _import(self, number: int, row: dict[str, Any], folder: Path, *, dry_run: bool) -> str:
        """Import one row and return its outcome; a row that fails does not affect the others."""
        key = str(row.get("key") or f"row {number}")
        try:
            entry = read_entry(row, folder)
            outcome, resource_id = ("would be imported", None) if dry_run else self._import_entry(entry)
        except Denied:
            raise
        except (DomainError, OSError) as error:
            cause = getattr(error, "attr", None)
            reason = f"{cause}: {error}" if cause else str(error)
            self.record(f"{key}: {reason}", key=key, outcome="failed", error=reason)
            return "failed"
        self.record(f"{key}: {outcome}", key=key, outcome=outcome, id=resource_id)
        return outcome

    def _import_entry(self, entry: Entry) -> tuple[str, str]:
        resource, is_new = import_entry(access=self.access, entry=entry)
        return ("imported" if is_new else "there already"), str(resource.pk)


def rows_of(manifest: Path) -> list[dict[str, Any]]:
    """Return the rows of a CSV or JSON manifest. Raises UsageError."""
    try:
        text = manifest.read_text(encoding="utf-8-sig")
        rows = json.loads(text) if manifest.suffix.lower() == ".json" else list(csv.DictReader(StringIO(text)))
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(f"The manifest cannot be read: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError("The manifest must be a list of objects.")
    return rows
