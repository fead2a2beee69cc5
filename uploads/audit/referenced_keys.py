"""The keys that rows refer to."""

import heapq
from collections.abc import Collection, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from common.batches import batches
from common.db.ids import parse_id
from common.db.iterate import iterate
from uploads.choices import RenditionKind
from uploads.models import StorageDeletion, Upload
from uploads.names import is_rendition_key, rendition_key
from uploads.storage.key_holders import (
    DELETIONS,
    SESSIONS,
    UPLOADS,
    KeyHolder,
    needed_keys,
    recorded_keys,
    stored_holders,
)

PAGE = 10_000

# The states of a key, the strongest first. The object of a live or trashed key must be stored, that of an allowed one
# may be.
LIVE, TRASHED, ALLOWED = 0, 1, 2
ANY_SIZE = -1

_FOLDERS = 100  # in one query


# One key that rows name: the key, its state, and its size in bytes or ANY_SIZE. A plain tuple, for the speed of audits
# of a million rows.
ExpectedKey = tuple[str, int, int]


def expected_keys(storage: str, prefix: str = "") -> Iterator[ExpectedKey]:
    """Yield every key below `prefix` that a row names, in order of the keys; once for each row that names it."""
    stored = (_rows_by_key(holder.rows.filter(storage=storage), _state(holder), prefix) for holder in stored_holders())
    return heapq.merge(
        *stored,
        _rows_by_key(SESSIONS.rows.filter(SESSIONS.needed, storage=storage), None, prefix),
        _rows_by_key(DELETIONS.rows.filter(storage=storage, is_prefix=False), None, prefix),
    )


def referenced_keys(storage: str, keys: Collection[str]) -> set[str]:
    """Return those of `keys` that are not orphans by the present state of the database.

    These are keys in use, those of tombstones and of rows that belong to them, those that the outbox names by key or
    prefix, and the renditions of every upload, which a worker may be drawing.
    """
    around = _in_deleted_folders(storage, keys) | _renditions(storage, keys)
    # In this order: a key that moves between tables (of replaced bytes) is found in one of the two queries.
    return around | recorded_keys(storage, keys) | needed_keys(storage, keys)


def _state(holder: KeyHolder) -> Case:
    whens = [When(~Q(**{holder.path("purging_at"): None}), then=Value(ALLOWED))]
    if holder is UPLOADS:
        whens.append(When(~Q(deleted_at=None), then=Value(TRASHED)))
    return Case(*whens, default=Value(LIVE), output_field=IntegerField())


def _rows_by_key(rows: QuerySet[Any], state: Case | None, prefix: str) -> Iterator[ExpectedKey]:
    """Return the keys of `rows` in order, a page at a time.

    With `state` None an object is allowed, of any size.
    """
    if prefix:
        rows = rows.filter(key__gte=prefix, key__lt=prefix[:-1] + chr(ord(prefix[-1]) + 1))
    columns: tuple[Any, ...] = (
        (Value(ALLOWED, IntegerField()), Value(ANY_SIZE, IntegerField())) if state is None else (state, "size")
    )
    return iterate(rows.values_list("key", *columns), by="key", size=PAGE)


def _in_deleted_folders(storage: str, keys: Collection[str]) -> set[str]:
    """Return those of `keys` below a prefix that the outbox names."""
    folders = {key: set(_folders(key)) for key in keys}
    asked = set[str]().union(*folders.values())
    deleted = set(
        StorageDeletion.objects.filter(storage=storage, is_prefix=True, key__in=asked).values_list("key", flat=True)
    )
    return {key for key, above in folders.items() if above & deleted}


def _folders(key: str) -> Iterable[str]:
    parts = key.split("/")
    return ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))


def _renditions(storage: str, keys: Collection[str]) -> set[str]:
    """Return those of `keys` at which renditions of an upload are stored, with or without a row."""
    folders = sorted({key.rpartition("/")[0] + "/" for key in keys if is_rendition_key(key)})
    drawn: set[str] = set()
    for some in batches(folders, _FOLDERS):
        beside = reduce(or_, (Q(key__gt=folder, key__lt=folder[:-1] + "0") for folder in some))
        in_place = Q(pk__in={parse_id(folder.split("/")[-2]) for folder in some})
        owners = Upload.everything.filter(beside | in_place, storage=storage).only("key", "organization_id")
        drawn |= {rendition_key(owner, kind) for owner in owners for kind in RenditionKind.values}
    return drawn & set(keys)
