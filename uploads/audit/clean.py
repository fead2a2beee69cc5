"""Applying a plan: what it lists is looked at again, and removed if it is still as it was found.

`orphans` removes objects. A run that is cut short leaves entries in the outbox that the background finishes; applying
the plan again does the rest.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from django.conf import settings

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
FEWER_UPLOADS = 0.9  # of those that the audit counted: below, this is another database, or an old copy


class PlanRefused(Conflict):
    """409: the plan is not applied, and nothing was removed; the sentence gives the reason."""

    code = "plan_refused"


def require_sane(plan: Plan, *, max_share: float = MAX_SHARE) -> None:
    """Raise PlanRefused where applying `plan` would likely be a disaster."""
    if plan.mark != mark_of_installation():
        raise PlanRefused("The plan was made for another database or other stores.")
    uploads = Upload.everything.count()
    if not uploads and plan.summary.total(FindingKind.ORPHAN):
        raise PlanRefused("The database holds no file at all; is it the right one?")
    if uploads < plan.summary.uploads * FEWER_UPLOADS:
        raise PlanRefused(f"The database held {plan.summary.uploads} files at the audit and holds {uploads} now.")
    for alias, tally in plan.summary.tallies.items():
        if tally.orphan_share > max_share:
            raise PlanRefused(_too_many(alias, tally, max_share))


def _too_many(alias: str, tally: Tally, max_share: float) -> str:
    count = tally.found[FindingKind.ORPHAN]
    return (
        f"{count} of {tally.objects} objects in {alias} are orphans: {tally.orphan_share:.0%}, "
        f"where {max_share:.0%} is the most. Look at the plan before you allow more."
    )


def apply_plan(
    plan: Plan,
    *,
    quarantine: bool = False,
    limit: int | None = None,
    max_share: float = MAX_SHARE,
    report: Callable[[int], None] = lambda seen: None,
) -> Cleaned:
    """Remove the orphans, unfinished multipart uploads and temporary files of `plan` that still are.

    `limit` is the most orphans that it removes, by default `ORPHAN_CLEAN_LIMIT`. With `quarantine` each object is
    copied below `quarantine/{run}/` first. May be stopped anywhere and run again. `report` is called with the number
    of findings that each step dealt with. Raises PlanRefused, StoreUnavailable.
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
    """Remove those of `files`, all temporary files of one store, that are old enough."""
    target = store(files[0].storage)
    journal.note("removing", files)
    target.reap_temporary_files(temporary_grace())
    there = {each.key for each in target.temporary_files()}
    gone = {file.key for file in files} - there
    done.kept["young"] += len(files) - len(gone)
    count_removed(files, gone, set(), journal=journal, done=done, quarantined=quarantine)


def _batches(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """At most BATCH together, all of one store."""
    for _, of_one_store in groupby(findings, key=attrgetter("storage")):
        yield from batches(of_one_store, BATCH)
