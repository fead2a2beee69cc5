"""Applying a plan: each finding is checked again, and removed if it has not changed since the audit.

`orphans` removes objects. An interrupted run leaves entries in the outbox, which background jobs finish; applying the
plan again does the rest.
"""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Conflict
from uploads.audit.clean_run import Cleaned, CleanRun
from uploads.audit.findings import FindingKind
from uploads.audit.journal import journal_of
from uploads.audit.plan import Plan, mark_of_installation
from uploads.audit.remove_leftovers import abort_multiparts, remove_temporary_files
from uploads.audit.remove_orphans import remove_orphans
from uploads.models import Upload

REMOVERS = {  # in this order
    FindingKind.ORPHAN: remove_orphans,
    FindingKind.MULTIPART: abort_multiparts,
    FindingKind.TEMPORARY: remove_temporary_files,
}
MAX_SHARE = 0.10
FEWER_UPLOADS = 0.9  # share of the uploads that the audit counted; fewer mean another or an older database


class PlanRefused(Conflict):
    """409: the plan was not applied and nothing was removed; the sentence gives the reason."""

    code = "plan_refused"


def require_sane(plan: Plan, *, max_share: float = MAX_SHARE) -> None:
    """Raise PlanRefused if applying `plan` would probably delete objects that are needed."""
    if plan.mark != mark_of_installation():
        raise PlanRefused(_("The plan was made for another database or other stores."))
    _require_uploads(plan)
    text = _(
        "%(count)s of %(objects)s objects in %(store)s are orphans: %(share)s, above the limit of %(limit)s. "
        "Check the plan before you raise the limit."
    )
    for alias, tally in plan.summary.tallies.items():
        if tally.orphan_share > max_share:
            facts = {"count": tally.found[FindingKind.ORPHAN], "objects": tally.objects, "store": alias}
            shares = {"share": f"{tally.orphan_share:.0%}", "limit": f"{max_share:.0%}"}
            raise PlanRefused(text % {**facts, **shares})


def _require_uploads(plan: Plan) -> None:
    """Raise PlanRefused if the database has fewer uploads than at the audit."""
    uploads = Upload.everything.count()
    if not uploads and plan.summary.total(FindingKind.ORPHAN):
        raise PlanRefused(_("The database holds no files: it may be another database."))
    if uploads < plan.summary.uploads * FEWER_UPLOADS:
        text = _("The database held %(before)s files at the audit and holds %(now)s now.")
        raise PlanRefused(text % {"before": plan.summary.uploads, "now": uploads})


def apply_plan(
    plan: Plan,
    *,
    quarantine: bool = False,
    limit: int | None = None,
    max_share: float = MAX_SHARE,
    report: Callable[[int], None] = lambda seen: None,
) -> Cleaned:
    """Remove the orphans, unfinished multipart uploads and temporary files of `plan` that have not changed since.

    At most `limit` orphans are removed, by default `ORPHAN_CLEAN_LIMIT`. With `quarantine` each object is copied below
    `quarantine/{run}/` first. May be stopped anywhere and run again. `report` is called with the number of findings of
    each step. Raises PlanRefused, StoreUnavailable.
    """
    require_sane(plan, max_share=max_share)
    limit = settings.ORPHAN_CLEAN_LIMIT if limit is None else limit
    with journal_of(plan.path, run=plan.summary.run) as journal:
        run = CleanRun(journal, limit, quarantine)
        for kind, remove in REMOVERS.items():
            for findings in plan.batches(kind):
                remove(findings, run)
                report(len(findings))
    return run.done
