"""Doing what a plan says: each object is looked at again, given up in the outbox, and only then removed.

The outbox is the lock. Its entry is committed before anybody asks who uses the key, and whoever writes a key anew, or
makes a row for bytes that are there, must take the entry back first (`cancel_deletions`). A run that is cut short
leaves entries that the background finishes; running the plan again does the rest.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.batches import batches
from common.db.clock import database_now
from common.db.ids import new_id, parse_id
from common.errors import Conflict
from permissions.models import Organization
from uploads.audit.clocks import temporary_grace
from uploads.audit.findings import Finding, FindingKind, Tally
from uploads.audit.journal import Journal, journal_of
from uploads.audit.plan import Plan, mark_of_installation
from uploads.audit.quarantine import quarantine_object
from uploads.audit.referenced_keys import referenced_keys
from uploads.audit.scan import is_multipart_open
from uploads.choices import ActivityAction
from uploads.models import Activity, StorageDeletion, Upload
from uploads.outbox.deletions import LEASE, record_deletions
from uploads.outbox.worker import IN_USE, remove_entries
from uploads.storage import store
from uploads.storage.contract import MissingObject, StoredObject

BATCH = 200
MAX_SHARE = 0.10
FEWER_UPLOADS = 0.9  # of those that the audit counted: below, this is another database, or an old copy


class PlanRefused(Conflict):
    """409: the plan is not applied, and nothing was touched; the sentence says why."""

    code = "plan_refused"


@dataclass
class Cleaned:
    """What a run did. `kept` counts, by reason, what it left; `left` what the limit kept it from looking at."""

    removed: int = 0
    bytes: int = 0
    aborted: int = 0
    failed: int = 0
    left: int = 0
    kept: Counter[str] = field(default_factory=Counter)


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
        f"{count} of {tally.objects} objects in {alias} are said to be orphans: {tally.orphan_share:.0%}, "
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

    `limit` removals of orphans at most.

    With `quarantine` each object is copied below `quarantine/{run}/` first. May be stopped anywhere and run again.
    `report` hears how many findings were dealt with. Raises PlanRefused, StoreUnavailable.
    """
    require_sane(plan, max_share=max_share)
    left = settings.ORPHAN_CLEAN_LIMIT if limit is None else limit
    done = Cleaned()
    with journal_of(plan.path) as journal:
        cleaner = Cleaner(plan.summary.run, journal, done, quarantine=quarantine)
        for some in _batches(plan.findings([FindingKind.ORPHAN])):
            room = left - done.removed - done.failed
            if room > 0:
                cleaner.clean(some, room)
            else:
                done.left += len(some)
            report(len(some))
        for finding in plan.findings([FindingKind.MULTIPART]):
            cleaner.abort(finding)
            report(1)
        for some in _batches(plan.findings([FindingKind.TEMPORARY])):
            cleaner.reap(some)
            report(len(some))
    return done


class Cleaner:
    """Removes findings of one run and counts into `done`."""

    def __init__(self, run: str, journal: Journal, done: Cleaned, *, quarantine: bool) -> None:
        self.run, self.journal, self.done, self.quarantine = run, journal, done, quarantine

    def clean(self, findings: list[Finding], room: int) -> None:
        """Remove those of `findings`, all of one store, that are as they were found and that nothing claims.

        `room` of them at most.
        """
        same = self._unclaimed([finding for finding in findings if self._is_same(finding)])
        self.done.left += len(same[room:])
        same = same[:room]
        if self.quarantine:
            same = self._unclaimed([finding for finding in same if self._set_aside(finding)])
        if same:
            self.journal.note("removing", same, run=self.run)
            self._remove(same)

    def _remove(self, findings: list[Finding]) -> None:
        storage = findings[0].storage
        entries = _given_up(storage, findings)
        errors = remove_entries(storage, entries)
        used = [pk for pk, error in errors.items() if error == IN_USE]
        StorageDeletion.objects.filter(pk__in=used).delete()  # somebody was faster: no orphan any more
        keys = {entry.key for entry in entries}
        kept = {entry.key for entry in entries if entry.pk in used}
        failed = {entry.key for entry in entries if entry.pk in errors} - kept
        self.done.kept["claimed"] += len(findings) - len(keys) + len(kept)
        self._count(findings, removed=keys - failed - kept, failed=failed)

    def abort(self, finding: Finding) -> None:
        """Abort a multipart upload that no session holds."""
        if is_multipart_open(finding.storage, finding.key, finding.id):
            self.done.kept["claimed"] += 1
            return
        self.journal.note("aborting", [finding], run=self.run)
        store(finding.storage).abort_multipart(finding.key, finding.id)
        self.journal.note("aborted", [finding], run=self.run)
        self.done.aborted += 1

    def reap(self, findings: list[Finding]) -> None:
        """Remove those of `findings`, all temporary files of one store, that are old enough."""
        target = store(findings[0].storage)
        self.journal.note("removing", findings, run=self.run)
        target.reap_temporary_files(temporary_grace())
        there = {each.key for each in target.temporary_files()}
        gone = {finding.key for finding in findings} - there
        self.done.kept["young"] += len(findings) - len(gone)
        self._count(findings, removed=gone, failed=set())

    def _is_same(self, finding: Finding) -> bool:
        there = store(finding.storage).stat(finding.key)
        if there is None:
            self.done.kept["gone"] += 1
        elif not is_same(finding, there):
            self.done.kept["changed"] += 1
        else:
            return True
        return False

    def _unclaimed(self, findings: list[Finding]) -> list[Finding]:
        if not findings:
            return []
        claimed = referenced_keys(findings[0].storage, [finding.key for finding in findings])
        self.done.kept["claimed"] += len(claimed)
        return [finding for finding in findings if finding.key not in claimed]

    def _set_aside(self, finding: Finding) -> bool:
        found = StoredObject(finding.key, finding.size, finding.etag, datetime.fromisoformat(finding.modified_at))
        try:
            if quarantine_object(finding.storage, self.run, found):
                return True
            self.done.kept["key too long for the quarantine"] += 1
        except MissingObject:
            self.done.kept["gone"] += 1
        return False

    def _count(self, findings: Iterable[Finding], *, removed: set[str], failed: set[str]) -> None:
        gone = [finding for finding in findings if finding.key in removed]
        self.journal.note("removed", gone, run=self.run, quarantined=self.quarantine)
        self.journal.note("failed", [finding for finding in findings if finding.key in failed], run=self.run)
        self.done.removed += len(gone)
        self.done.bytes += sum(finding.size for finding in gone)
        self.done.failed += len(failed)


def is_same(finding: Finding, there: StoredObject) -> bool:
    """Whether an object is the one that was found, by all that a listing says of it.

    Stores list times more finely than they tell them of one object, so whole seconds are compared.
    """
    found_at, there_at = datetime.fromisoformat(finding.modified_at), there.modified_at
    same_etag = not finding.etag or there.etag.strip('"') == finding.etag.strip('"')  # inventories leave the quotes out
    same_time = found_at.replace(microsecond=0) == there_at.replace(microsecond=0)
    return there.size == finding.size and same_time and same_etag


@transaction.atomic
def _given_up(storage: str, findings: list[Finding]) -> list[StorageDeletion]:
    """Put the keys into the outbox, and what happens into the histories of the files they belonged to."""
    later = database_now() + LEASE
    keys = [finding.key for finding in findings]
    record_deletions(StorageDeletion(storage=storage, key=key, reason="orphan", not_before=later) for key in keys)
    Activity.objects.bulk_create(_activities(findings))
    return list(StorageDeletion.objects.filter(storage=storage, key__in=keys, reason="orphan", not_before=later))


def _activities(findings: list[Finding]) -> Iterator[Activity]:
    """One for each object that lay where an organization keeps a file."""
    owners = {finding.key: _owner(finding.key) for finding in findings}
    wanted = {organization for organization, _ in filter(None, owners.values())}
    known = set(Organization.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for finding in findings:
        owner = owners[finding.key]
        if owner and owner[0] in known:
            yield Activity(
                id=new_id(),
                organization_id=owner[0],
                upload_id=owner[1],
                upload_name=finding.key.rpartition("/")[2][:255],
                action=ActivityAction.CLEAN,
                changes={"key": finding.key, "size": finding.size},
                created_at=timezone.now(),
            )


def _owner(key: str) -> tuple[UUID, UUID] | None:
    """The organization and the file whose folder a key of ours is in."""
    parts = key.split("/")
    ids = [parse_id(part) for part in parts[:-1]]
    return next(((ids[0], each) for each in ids[1:] if ids[0] and each), None)


def _batches(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """At most BATCH together, all of one store."""
    for _, of_one_store in groupby(findings, key=attrgetter("storage")):
        yield from batches(of_one_store, BATCH)
