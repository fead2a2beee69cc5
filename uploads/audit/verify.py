"""Verifying that every row has its bytes: each object is looked up, and the bytes of some are read and hashed."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from common.batches import batches
from common.db.iterate import iterate
from uploads.audit.findings import audited_storages
from uploads.storage import store
from uploads.storage.checksum import sha256_of
from uploads.storage.contract import MissingObject
from uploads.storage.key_holders import required_keys, stored_holders

PAGE = 1000


class StoredRow(Protocol):
    """A row with an object, of any model in the table of key holders that is stored."""

    storage: str
    key: str
    size: int


@dataclass(frozen=True)
class BrokenFile:
    """A row whose object is `missing`, has another `size`, or another `checksum`: its `fault`."""

    fault: str
    storage: str
    key: str
    upload: UUID


@dataclass
class Verified:
    """The number of verified rows, and of objects and bytes that were read."""

    rows: int = 0
    read: int = 0
    bytes: int = 0


def verify_files(
    *,
    organization_id: UUID | None = None,
    share: float = 0.0,
    report: Callable[[int], None] = lambda rows: None,
) -> Iterator[BrokenFile | Verified]:
    """Look up the object of every upload, version and rendition; yield broken files, and the counts at the end.

    The bytes of `share` (0 to 1) of the uploads and versions are read and compared with the checksum. Keys decide
    which, so that a run with a larger share reads the same ones and more. Changes nothing. Raises StoreUnavailable.
    """
    done = Verified()
    for rows, upload in _rows_by_holder(organization_id):
        for page in batches(iterate(rows, size=PAGE), PAGE):
            for row in page:
                fault = _fault(row, share, done)
                if fault and _is_current(row):
                    yield BrokenFile(fault, row.storage, row.key, getattr(row, upload))
            done.rows += len(page)
            report(len(page))
    yield done


def rows_to_verify(organization_id: UUID | None = None) -> int:
    """Return the number of rows that `verify_files` checks."""
    return sum(rows.count() for rows, _ in _rows_by_holder(organization_id))


def _rows_by_holder(organization_id: UUID | None) -> Iterator[tuple[QuerySet[Any], str]]:
    """Yield the rows, and the attribute with the id of their upload. Tombstones are left out."""
    for holder in stored_holders():
        rows = holder.rows.filter(holder.needed, storage__in=audited_storages())
        if organization_id is not None:
            rows = rows.filter(**{holder.path("organization_id"): organization_id})
        yield rows, f"{holder.upload}_id" if holder.upload else "pk"


def _fault(row: StoredRow, share: float, done: Verified) -> str:
    """Return the fault of the object of `row`; empty if there is none."""
    there = store(row.storage).stat(row.key)
    if there is None:
        return "missing"
    if there.size != row.size:
        return "size"
    checksum = getattr(row, "checksum_sha256", None)  # renditions have none
    if checksum is None or not is_chosen(row.key, share):
        return ""
    try:
        read = sha256_of(store(row.storage).read(row.key))
    except MissingObject:
        return "missing"
    done.read += 1
    done.bytes += row.size
    return "" if checksum in ("", read) else "checksum"  # empty: no job has computed it yet


def is_chosen(key: str, share: float) -> bool:
    """Tell whether an object belongs to the `share` whose bytes are read."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) < share * 2**32


def _is_current(row: StoredRow) -> bool:
    """Tell whether the row is unchanged: it may have been purged, or its bytes replaced."""
    return bool(required_keys(row.storage, [row.key]))
