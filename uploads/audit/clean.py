"""Applying a plan: each finding is checked again, and removed if it has not changed since the audit.

`orphans` removes objects. An interrupted run leaves entries in the outbox, which background jobs finish; applying the
plan again does the rest.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.utils.translation import gettext as _

from common.batches import batches
from common.errors import Conflict
from uploads.audit.clocks import temporary_grace
from uploads.audit.findings import Finding, FindingKind, Tally
from uploads.audit.journal import Journal, journal_of
from uploads.audit.orphans import Cleaned, count_removed, remove_orphans
from uploads.audit.plan import Plan, mark_of_installation
from uploads.audit.scan import is_multipart_open
from uploads.models import Upload
from uploads.storage import store

BATCH = 200
MAX_SHARE = 0.10
FEWER_UPLOADS = 0.9  # share of the uploads that the audit counted; fewer mean another or an older database


class PlanRefused(Conflict):
    """409: the plan was not applied and nothing was removed; the sentence gives the reason."""

    code = "plan_refused"


def require_sane(plan: Plan, *, max_share: float = MAX_SHARE) -> None:
    """Raise PlanRefused if applying `plan` would probably delete objects that are needed."""
    if plan.mark != mark_of_installation():
        raise PlanRefused(_("The plan was made for another database or other stores."))
    uploads = Upload.everything.count()
    if not uploads and plan.summary.total(FindingKind.ORPHAN):
        raise PlanRefused(_("The database holds no files: it may be another database."))
    if uploads < plan.summary.uploads * FEWER_UPLOADS:
        text = _("The database held %(before)s files at the audit and holds %(now)s now.")
        raise PlanRefused(text % {"before": plan.summary.uploads, "now": uploads})
    for alias, tally in plan.summary.tallies.items():
        if tally.orphan_share > max_share:
            raise PlanRefused(_too_many(alias, tally, max_share))


def _too_many(alias: str, tally: Tally, max_share: float) -> str:
    text = _(
        "%(count)s of %(objects)s objects in %(store)s are orphans: %(share)s, above the limit of %(limit)s. "
        "Check the plan before you raise the limit."
    )
    return text % {
        "count": tally.found[FindingKind.ORPHAN],
        "objects": tally.objects,
        "store": alias,
        "share": f"{tally.orphan_share:.0%}",
        "limit": f"{max_share:.0%}",
    }


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
    done = Cleaned()
    with journal_of(plan.path, run=plan.summary.run) as journal:
        for orphans in _batches(plan.findings([FindingKind.ORPHAN])):
            _remove_within(limit, orphans, journal, done, quarantine)
            report(len(orphans))
        for finding in plan.findings([FindingKind.MULTIPART]):
            _abort(finding, journal, done)
            report(1)
        for files in _batches(plan.findings([FindingKind.TEMPORARY])):
            _reap(files, journal, done, quarantine)
            report(len(files))
    return done


def _remove_within(limit: int, orphans: list[Finding], journal: Journal, done: Cleaned, quarantine: bool) -> None:
    room = limit - done.removed - done.failed
    if room > 0:
        remove_orphans(orphans, room, journal=journal, done=done, quarantine=quarantine)
    else:
        done.left += len(orphans)


def _abort(finding: Finding, journal: Journal, done: Cleaned) -> None:
    """Abort a multipart upload that no session holds."""
    if is_multipart_open(finding.storage, finding.key, finding.id):
        done.kept["claimed"] += 1
        return
    journal.note("aborting", [finding])
    store(finding.storage).abort_multipart(finding.key, finding.id)
    journal.note("aborted", [finding])
    done.aborted += 1


def _reap(files: list[Finding], journal: Journal, done: Cleaned, quarantine: bool) -> None:
    """Remove those of `files`, temporary files of one store, that are old enough."""
    target = store(files[0].storage)
    journal.note("removing", files)
    target.reap_temporary_files(temporary_grace())
    there = {each.key for each in target.temporary_files()}
    gone = {file.key for file in files} - there
    done.kept["young"] += len(files) - len(gone)
    count_removed(files, gone, set(), journal=journal, done=done, quarantined=quarantine)


def _batches(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Yield batches of at most BATCH findings of one store."""
    for _storage, of_one_store in groupby(findings, key=attrgetter("storage")):
        yield from batches(of_one_store, BATCH)
