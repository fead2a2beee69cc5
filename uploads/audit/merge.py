"""Two ordered sides, one pass."""

from collections.abc import Callable, Iterable, Iterator

from uploads.audit.findings import FindingKind, Tally
from uploads.audit.referenced_keys import ALLOWED, LIVE, TRASHED, ExpectedKey
from uploads.storage.contract import StoredObject, StoreUnavailable

REPORT_EVERY = 10_000  # objects

Difference = tuple[FindingKind, StoredObject | None, ExpectedKey | None]


class RowsOutOfOrder(StoreUnavailable):
    """The database does not sort keys by their bytes; what it holds would be taken for missing."""

    detail = "The database does not sort keys by their bytes. Was it migrated?"


def differences(
    objects: Iterable[StoredObject], claimed: Iterable[ExpectedKey], tally: Tally, report: Callable[[], None]
) -> Iterator[Difference]:
    """What only one side has, what has another size, and what is in the trash and stored. Counts into `tally`.

    Both sides are in order of the keys; claims may repeat. `report` is called every 10,000 objects.
    """
    rows = unique(claimed, tally)
    claim = next(rows, None)
    count = size = 0
    for found in objects:
        key = found.key
        while claim is not None and claim[0] < key:
            if claim[1] != ALLOWED:
                yield FindingKind.MISSING, None, claim
            claim = next(rows, None)
        count += 1
        size += found.size
        if claim is None or claim[0] != key:
            yield FindingKind.ORPHAN, found, None
        else:
            if claim[2] != found.size and claim[1] != ALLOWED:
                yield FindingKind.WRONG_SIZE, found, claim
            if claim[1] == TRASHED:
                yield FindingKind.TRASH, found, claim
            claim = next(rows, None)
        if not count % REPORT_EVERY:
            tally.objects, tally.object_bytes = count, size
            report()
    tally.objects, tally.object_bytes = count, size
    while claim is not None:
        if claim[1] != ALLOWED:
            yield FindingKind.MISSING, None, claim
        claim = next(rows, None)


def unique(claimed: Iterable[ExpectedKey], tally: Tally) -> Iterator[ExpectedKey]:
    """Each key once, with the strongest of its claims, which comes first. Raises RowsOutOfOrder."""
    last, count = "", 0
    for claim in claimed:
        key = claim[0]
        if key > last:
            last = key
            count += 1
            yield claim
        elif key < last:
            raise RowsOutOfOrder
    tally.rows = count


assert LIVE < TRASHED < ALLOWED  # `unique` trusts that sorting puts the strongest claim first
