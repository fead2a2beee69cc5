"""Whether every row has its bytes: all are looked for, and of some the bytes are read and hashed."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from common.batches import batches
from common.db.iterate import iterate
from uploads.audit.findings import audited_storages
from uploads.storage import store
from uploads.storage.checksum import sha256_of
from uploads.storage.contract import MissingObject
from uploads.storage.key_holders import stored_holders, stored_keys

PAGE = 1000


@dataclass(frozen=True)
class Broken:
    """A row whose object is `missing`, has another `size`, or another `checksum`."""

    what: str
    storage: str
    key: str
    upload: UUID


@dataclass
class Verified:
    """What was looked at: rows, and how many objects (and bytes of them) were read to the end."""

    rows: int = 0
    read: int = 0
    bytes: int = 0


def verify_files(
    *,
    organization_id: UUID | None = None,
    share: float = 0.0,
    report: Callable[[int], None] = lambda rows: None,
) -> Iterator[Broken | Verified]:
    """Ask the store for the object of every upload, version and picture; yields what is broken, at last the counts.

    Of `share` (0 to 1) of the uploads and versions the bytes are read and compared with the checksum: which ones
    follows from their ids, so that another run with a larger share reads the same ones and more. Changes nothing.
    Raises StoreUnavailable.
    """
    done = Verified()
    for rows, upload in _sides(organization_id):
        for page in batches(iterate(rows, size=PAGE), PAGE):
            for row in page:
                what = _fault(row, share, done)
                if what and _stands(row):
                    yield Broken(what, row.storage, row.key, getattr(row, upload))
            done.rows += len(page)
            report(len(page))
    yield done


def rows_to_verify(organization_id: UUID | None = None) -> int:
    """How many rows `verify_files` looks at."""
    return sum(rows.count() for rows, _ in _sides(organization_id))


def _sides(organization_id: UUID | None) -> Iterator[tuple[QuerySet[Any], str]]:
    """The rows, and the attribute that holds their upload's id. A tombstone needs nothing more."""
    for holder in stored_holders():
        rows = holder.rows.filter(holder.needed, storage__in=audited_storages())
        if organization_id is not None:
            rows = rows.filter(**{holder.path("organization_id"): organization_id})
        yield rows, f"{holder.upload}_id" if holder.upload else "pk"


def _fault(row: Any, share: float, done: Verified) -> str:
    """What is wrong with the object of `row`, or nothing."""
    there = store(row.storage).stat(row.key)
    if there is None:
        return "missing"
    if there.size != row.size:
        return "size"
    if not hasattr(row, "checksum_sha256") or not is_chosen(row.key, share):
        return ""
    try:
        read = sha256_of(store(row.storage).read(row.key))
    except MissingObject:
        return "missing"
    done.read += 1
    done.bytes += row.size
    return "" if row.checksum_sha256 in ("", read) else "checksum"  # empty: the background has not read it yet


def is_chosen(key: str, share: float) -> bool:
    """Whether an object is among the `share` whose bytes are read."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) < share * 2**32


def _stands(row: Any) -> bool:
    """Whether the row still says the same: it may have been purged or replaced since it was read."""
    return bool(stored_keys(row.storage, [row.key]))
