"""Delete orphans: objects without a row."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from common.commands.locking import exclusive_lock
from common.commands.operator import Failed, OperatorCommand, UsageError, at_least
from uploads.audit.background import LOCK
from uploads.audit.clean import PlanRefused, apply_plan, require_sane
from uploads.audit.clean_run import Cleaned
from uploads.audit.findings import CLEANED, FindingKind
from uploads.audit.journal import journal_path
from uploads.audit.plan import InvalidPlan, Plan, read_plan
from uploads.management.commands.audit_orphans import add_scope, audited, show_plan


class Command(OperatorCommand):
    help = (
        "Delete objects without a row and unfinished multipart uploads. Without --apply it audits and writes a plan; "
        "--apply PLAN checks each object again and deletes those that are still orphans. May be stopped at any time: "
        "run the same plan again. See --quarantine."
    )
    example = "clean_orphans --apply DATA_DIR/audits/….jsonl --quarantine"

    def add_arguments(self, parser: CommandParser) -> None:
        add_scope(parser)
        parser.add_argument("--plan", metavar="FILE", type=Path, help="File for the plan (a new file in DATA_DIR).")
        parser.add_argument("--apply", metavar="PLAN", type=Path, help="Apply this plan.")
        parser.add_argument(
            "--quarantine",
            action="store_true",
            help="Copy them below quarantine/ first. restore_quarantine undoes it.",
        )
        parser.add_argument("--limit", type=int, metavar="N", help="Delete at most this many (settings: 10000).")
        parser.add_argument(
            "--max-share",
            type=float,
            metavar="PERCENT",
            default=10,
            help="Refuse a plan with a larger share of orphans (%(default)s).",
        )

    def perform(
        self, *, apply: Path | None, quarantine: bool, limit: int | None, max_share: float, **options: Any
    ) -> None:
        if limit is not None:
            at_least(1, limit, "--limit")
        if not 0 < max_share <= 100:
            raise UsageError("--max-share must be above 0 and at most 100 percent.")
        if apply is None:
            self._plan(max_share / 100, **options)
            return
        with exclusive_lock(LOCK):
            self._apply(_read(apply), quarantine=quarantine, limit=limit, max_share=max_share / 100)

    def _plan(self, max_share: float, **options: Any) -> None:
        plan = audited(self, **options)
        show_plan(self, plan)
        try:
            require_sane(plan, max_share=max_share)
        except PlanRefused as refused:
            self.say(f"This plan would be refused: {refused.detail}")
        self.say(f"Nothing was deleted. To delete: manage.py clean_orphans --apply {plan.path}")

    def _apply(self, plan: Plan, *, quarantine: bool, limit: int | None, max_share: float) -> None:
        total = sum(plan.summary.total(kind) for kind in CLEANED)
        with self.progress("Cleaning", total) as advance:
            done = apply_plan(plan, report=advance, quarantine=quarantine, limit=limit, max_share=max_share)
        self.record(_sentence(done, plan), **_facts(done, plan))
        if done.failed:
            raise Failed(f"{done.failed} objects could not be deleted; background jobs try again.")


def _sentence(done: Cleaned, plan: Plan) -> str:
    kept = ", ".join(f"{count} {why}" for why, count in sorted(done.kept.items())) or "none"
    left = f" {done.left} are left: run it again." if done.left else ""
    return (
        f"{done.removed} objects of {done.bytes} bytes removed, {done.aborted} multipart uploads aborted; "
        f"kept: {kept}.{left} Run {plan.summary.run}, logged in {journal_path(plan.path)}"
    )


def _facts(done: Cleaned, plan: Plan) -> dict[str, Any]:
    return {
        "run": plan.summary.run,
        "planned": plan.summary.total(FindingKind.ORPHAN),
        "removed": done.removed,
        "bytes": done.bytes,
        "aborted": done.aborted,
        "failed": done.failed,
        "left": done.left,
        "kept": dict(done.kept),
        "log": str(journal_path(plan.path)),
    }


def _read(path: Path) -> Plan:
    try:
        return read_plan(path)
    except (InvalidPlan, OSError) as error:
        raise UsageError(f"{path}: {error}") from error
