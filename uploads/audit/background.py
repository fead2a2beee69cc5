"""Audits in the background: starting one, reading its report, cleaning its findings. The caller checks access."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common.commands.locking import exclusive_lock
from common.errors import Conflict
from uploads.audit.clean import MAX_SHARE, PlanRefused, apply_plan, require_sane
from uploads.audit.findings import FindingKind, Scope, SharedPlace
from uploads.audit.plan import InvalidPlan, Plan, plan_path, read_plan
from uploads.audit.scan import audit
from uploads.choices import JobState
from uploads.jobs import JobContext, JobFailed, submit
from uploads.models import Job, Upload

AUDIT, CLEANING = "audit_orphans", "clean_orphans"
SAMPLES = 50  # findings of each kind that a report shows
LOCK = "clean_orphans"


@dataclass(frozen=True)
class Report:
    """The findings of an audit that ended. `counts` and `bytes` are by `FindingKind`; `samples` are some findings.

    `plan` is the file with all of them, on the machine whose worker made it; `cleaning` is the latest job that
    cleans its findings, if there is one.
    """

    run: str
    started_at: datetime
    objects: int
    rows: int
    young: int
    quarantined: int
    counts: dict[str, int]
    bytes: dict[str, int]
    stores: dict[str, dict[str, Any]]
    samples: dict[str, list[dict[str, Any]]]
    plan: str
    cleaning: Job | None


def audits(*, organization_id: UUID | None) -> QuerySet[Job]:
    """Return the audits of one organization's keys, or (None) those of everything, the latest first."""
    return Job.objects.filter(Q(organization_id=organization_id), kind=AUDIT).order_by("-created_at", "-pk")


def start_audit(*, organization_id: UUID | None = None) -> Job:
    """Queue an audit of one organization's keys, or of everything; return the queued one if there is one.

    The job's `state` and `progress` show its progress; `report_of` returns its findings once it is done.
    """
    return submit(AUDIT, subject=str(organization_id or "everything"), organization_id=organization_id, max_attempts=3)


def report_of(job: Job) -> Report | None:
    """Return the report of an audit; None if it is not done, and for other jobs."""
    if job.kind != AUDIT or job.state != JobState.DONE or "stores" not in job.result:
        return None
    facts, stores = job.result, job.result["stores"]
    return Report(
        run=facts["run"],
        started_at=datetime.fromisoformat(facts["started_at"]),
        **{name: sum(tally[name] for tally in stores.values()) for name in ("objects", "rows", "young", "quarantined")},
        counts={kind: sum(tally["found"].get(kind, 0) for tally in stores.values()) for kind in FindingKind.values},
        bytes={kind: sum(tally["bytes"].get(kind, 0) for tally in stores.values()) for kind in FindingKind.values},
        stores=stores,
        samples=facts["samples"],
        plan=facts["plan"],
        cleaning=Job.objects.filter(kind=CLEANING, subject=str(job.pk)).first(),
    )


def clean_report(*, job: Job, quarantine: bool = True, max_share: float = MAX_SHARE) -> Job:
    """Queue the cleaning of an audit's findings, each of which is checked again; the job's result has the counts.

    The job refuses if more than `max_share` (0 to 1) of all objects are orphans. Raises Conflict for a job without a
    report.
    """
    if report_of(job) is None:
        raise Conflict(_("This job has no report whose findings can be cleaned."))
    payload = {"audit": str(job.pk), "quarantine": quarantine, "max_share": max_share}
    return submit(CLEANING, subject=str(job.pk), organization_id=job.organization_id, payload=payload, max_attempts=3)


def run_audit(job: JobContext) -> dict[str, Any]:
    """Audit the stores for a job; return the report as JSON."""
    return facts_of(_audited(job, Scope(organization_id=job.organization_id)))


def run_cleaning(job: JobContext) -> dict[str, Any]:
    """Clean findings for a job. A periodic job audits first and always uses the quarantine."""
    with exclusive_lock(LOCK):
        try:
            plan = _plan_of(job) or _audited(job, Scope())
            quarantine = bool(job.payload.get("quarantine", True))
            max_share = float(job.payload.get("max_share", MAX_SHARE))
            require_sane(plan, max_share=max_share)
            done = apply_plan(plan, quarantine=quarantine, max_share=max_share, report=lambda seen: job.report(50))
        except (PlanRefused, SharedPlace, InvalidPlan) as error:
            raise JobFailed(error.detail) from error
    counts = {"removed": done.removed, "bytes": done.bytes, "aborted": done.aborted, "failed": done.failed}
    return {**counts, "left": done.left, "kept": dict(done.kept), "run": plan.summary.run, "quarantine": quarantine}


def facts_of(plan: Plan, *, samples: int = SAMPLES) -> dict[str, Any]:
    """Return the summary of a plan with some findings of each kind, as JSON."""
    some = {
        kind: [finding.facts() for finding in islice(plan.findings([kind]), samples)]
        for kind in FindingKind.values
        if plan.summary.total(kind)
    }
    return {**plan.summary.facts(), "plan": str(plan.path), "samples": some}


def _audited(job: JobContext, scope: Scope) -> Plan:
    expected = max(Upload.everything.count(), 1)  # a guess at the number of objects, which is not known before
    return audit(
        scope, path=plan_path(job.id.hex), report=lambda objects: job.report(100 * objects / (objects + expected))
    )


def _plan_of(job: JobContext) -> Plan | None:
    """Return the plan that the payload names. Raises JobFailed if its file is not on this machine."""
    if "audit" not in job.payload:
        return None
    audited = Job.objects.filter(pk=job.payload["audit"]).first()
    try:
        return read_plan(Path(audited.result["plan"] if audited else ""))
    except (OSError, KeyError) as error:
        raise JobFailed(_("The plan of this audit is not on this machine. Run the audit again.")) from error
