"""Find differences between stores and rows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.timesince import timesince

from common.commands.operator import OperatorCommand, UsageError
from common.errors import Invalid
from permissions.management.arguments import organization_named
from uploads.audit.clocks import grace_time
from uploads.audit.findings import FindingKind, Scope
from uploads.audit.plan import Plan
from uploads.audit.scan import audit
from uploads.audit.sources import INVENTORY_COLUMNS, Inventory, KeySource
from uploads.models import Upload


class Command(OperatorCommand):
    help = (
        "Find objects without a row, rows without an object, objects of another size, trash that is still stored, "
        "expired sessions, unfinished multipart uploads and temporary files of killed writes. "
        "Changes nothing; writes a plan for clean_orphans."
    )
    example = "audit_orphans --organization press --plan /tmp/plan.jsonl"

    def add_arguments(self, parser: CommandParser) -> None:
        add_scope(parser)
        parser.add_argument("--plan", metavar="FILE", type=Path, help="File for the plan (a new file in DATA_DIR).")

    def perform(self, **options: Any) -> None:
        show_plan(self, audited(self, **options))


def add_scope(parser: CommandParser) -> None:
    """Add the arguments that choose what is audited."""
    parser.add_argument("--storage", action="append", metavar="ALIAS", help="Only this store. May be repeated.")
    parser.add_argument("--organization", metavar="SLUG", help="Only objects of this organization.")
    parser.add_argument("--prefix", metavar="FOLDER/", help="Only keys with this prefix.")
    parser.add_argument("--grace-hours", type=float, metavar="N", help="Skip younger objects (settings: 48).")
    parser.add_argument(
        "--inventory",
        action="append",
        metavar="ALIAS=FILE",
        help="Read a store's keys from its S3 Inventory report (CSV, .gz or not) instead of listing it.",
    )
    parser.add_argument(
        "--inventory-columns",
        metavar="A,B,…",
        default=",".join(INVENTORY_COLUMNS),
        help="Columns of the report (%(default)s).",
    )


def audited(
    command: OperatorCommand,
    *,
    storage: list[str] | None,
    organization: str | None,
    prefix: str | None,
    grace_hours: float | None,
    inventory: list[str] | None,
    inventory_columns: str,
    plan: Path | None,
    **options: Any,
) -> Plan:
    """Run the audit that the arguments choose. Raises UsageError."""
    try:
        organization_id = organization_named(organization).pk if organization else None
        scope = Scope(tuple(storage or ()), organization_id, prefix or "")
        grace = grace_time(grace_hours)
        sources = _sources(inventory or [], tuple(inventory_columns.split(",")), scope)
    except Invalid as error:
        raise UsageError(error.detail) from error
    if plan and not plan.parent.is_dir():
        raise UsageError(f"The folder {plan.parent} does not exist.")
    with command.progress("Auditing", Upload.everything.count()) as advance:
        seen = 0

        def report(objects: int) -> None:
            nonlocal seen
            advance(objects - seen)
            seen = objects

        return audit(scope, grace=grace, path=plan, sources=sources, report=report)


def show_plan(command: OperatorCommand, plan: Plan) -> None:
    """Report the findings: a line for each kind in each store, then the plan. With --json every finding."""
    for alias, tally in plan.summary.tallies.items():
        command.say(f"{alias}: {tally.objects} objects, {tally.rows} rows, {tally.young} objects too young to judge")
        for kind, label in FindingKind.choices:
            if tally.found.get(kind):
                command.say(f"  {label}: {tally.found[kind]} ({tally.bytes.get(kind, 0)} bytes)")
    for finding in plan.findings([FindingKind.TEMPORARY]):
        age = timesince(datetime.fromisoformat(finding.modified_at)).replace("\xa0", " ")
        command.say(f"  {finding.storage}: {finding.key}, {finding.size} bytes, last written {age} ago")
    if command.json:
        for finding in plan.findings():
            command.record("", **finding.facts())
    command.record(f"Plan: {plan.path}", plan=str(plan.path), **plan.summary.facts())


def _sources(named: list[str], columns: tuple[str, ...], scope: Scope) -> dict[str, KeySource]:
    sources: dict[str, KeySource] = {}
    for each in named:
        alias, _, path = each.partition("=")
        if alias not in scope.aliases or not Path(path).is_file():
            raise Invalid(f"{each!r} does not name a store and a file.")
        sources[alias] = Inventory(Path(path), columns)
    return sources
