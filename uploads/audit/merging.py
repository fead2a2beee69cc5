"""Two ordered sides, one pass."""

from collections.abc import Callable, Iterable, Iterator

from uploads.audit.claims import ALLOWED, ANY_SIZE, LIVE, TRASHED, Claim
from uploads.audit.findings import Found, Tally
from uploads.storage.contract import StoredObject, StoreUnavailable

REPORT_EVERY = 10_000  # objects

Difference = tuple[Found, StoredObject | None, Claim | None]


class RowsOutOfOrder(StoreUnavailable):
    """The database does not sort keys by their bytes; what it holds would be taken for missing."""

    detail = "The database does not sort keys by their bytes. Was it migrated?"


def differences(
    objects: Iterable[StoredObject], claimed: Iterable[Claim], tally: Tally, report: Callable[[], None]
) -> Iterator[Difference]:
    """What only one side has, what has another size, and what is in the trash and stored. Counts into `tally`.

    Both sides are in order of the keys; claims may repeat. `report` is called every 10,000 objects.
    """
    rows = unique(claimed, tally)
    claim = next(rows, None)
    for found in objects:
        while claim is not None and claim[0] < found.key:
            if claim[1] != ALLOWED:
                yield Found.MISSING, None, claim
            claim = next(rows, None)
        tally.objects += 1
        tally.object_bytes += found.size
        if claim is None or claim[0] != found.key:
            yield Found.ORPHAN, found, None
        else:
            if claim[1] != ALLOWED and claim[2] not in (found.size, ANY_SIZE):
                yield Found.WRONG_SIZE, found, claim
            if claim[1] == TRASHED:
                yield Found.TRASH, found, claim
            claim = next(rows, None)
        if not tally.objects % REPORT_EVERY:
            report()
    while claim is not None:
        if claim[1] != ALLOWED:
            yield Found.MISSING, None, claim
        claim = next(rows, None)


def unique(claimed: Iterable[Claim], tally: Tally) -> Iterator[Claim]:
    """Each key once, with the strongest of its claims, which comes first. Raises RowsOutOfOrder."""
    last = ""
    for claim in claimed:
        key = claim[0]
        if key > last:
            last = key
            tally.rows += 1
            yield claim
        elif key < last:
            raise RowsOutOfOrder


assert LIVE < TRASHED < ALLOWED  # `unique` trusts that sorting puts the strongest claim first
