"""Comparing objects with expected keys in one pass, both in order of the keys."""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext_noop

from uploads.audit.findings import FindingKind, Tally
from uploads.audit.referenced_keys import ALLOWED, LIVE, TRASHED, ExpectedKey
from uploads.storage.contract import StoredObject, StoreUnavailable

REPORT_EVERY = 10_000  # objects

Difference = tuple[FindingKind, StoredObject | None, ExpectedKey | None]


class RowsOutOfOrder(StoreUnavailable):
    """The database does not sort keys by their bytes, so that rows would look like rows without an object."""

    detail = gettext_noop("The database does not sort keys by their bytes. Run the migrations.")


def differences(
    objects: Iterable[StoredObject], expected: Iterable[ExpectedKey], tally: Tally, report: Callable[[], None]
) -> Iterator[Difference]:
    """Yield what only one side has, what differs in size, and what is in the trash and stored. Counts into `tally`.

    Both sides must be in order of the keys; expected keys may repeat. `report` is called every 10,000 objects.
    """
    rows = unique(expected, tally)
    row = next(rows, None)
    count = size = 0
    for stored in objects:
        while row is not None and row[0] < stored.key:
            if row[1] != ALLOWED:
                yield FindingKind.MISSING, None, row
            row = next(rows, None)
        count += 1
        size += stored.size
        if row is None or row[0] != stored.key:
            yield FindingKind.ORPHAN, stored, None
        else:
            if row[2] != stored.size and row[1] != ALLOWED:
                yield FindingKind.WRONG_SIZE, stored, row
            if row[1] == TRASHED:
                yield FindingKind.TRASH, stored, row
            row = next(rows, None)
        if not count % REPORT_EVERY:
            tally.objects, tally.object_bytes = count, size
            report()
    tally.objects, tally.object_bytes = count, size
    while row is not None:
        if row[1] != ALLOWED:
            yield FindingKind.MISSING, None, row
        row = next(rows, None)


def unique(expected: Iterable[ExpectedKey], tally: Tally) -> Iterator[ExpectedKey]:
    """Yield each key once, in its strongest state, which comes first. Raises RowsOutOfOrder."""
    last, count = "", 0
    for row in expected:
        if row[0] > last:
            last = row[0]
            count += 1
            yield row
        elif row[0] < last:
            raise RowsOutOfOrder
    tally.rows = count


assert LIVE < TRASHED < ALLOWED  # sorting puts the strongest state first, as `unique` requires
