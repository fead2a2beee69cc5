"""What the database says there is in a store."""

import heapq
from collections.abc import Collection, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

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
    keys_in_use,
    named_keys,
    stored_holders,
)

PAGE = 10_000

# What a claim means, the strongest first. An expected object must be there; an allowed one may be.
LIVE, TRASHED, ALLOWED = 0, 1, 2
ANY_SIZE = -1

_FOLDERS = 100  # asked for at once


class ExpectedKey(NamedTuple):
    """One key that rows name. `size` is in bytes, or ANY_SIZE."""

    key: str
    state: int
    size: int


def expected_keys(storage: str, prefix: str = "") -> Iterator[ExpectedKey]:
    """Every key below `prefix` that a row names, in order; a key that several name comes as often."""
    stored = (_pages(holder.rows.filter(storage=storage), _state(holder), prefix) for holder in stored_holders())
    return heapq.merge(
        *stored,
        _pages(SESSIONS.rows.filter(SESSIONS.needed, storage=storage), None, prefix),
        _pages(DELETIONS.rows.filter(storage=storage, is_prefix=False), None, prefix),
    )


def referenced_keys(storage: str, keys: Collection[str]) -> set[str]:
    """Those of `keys` that must not be taken for orphans, asked of the database as it is now.

    Beside what is in use: tombstones and all that belongs to them, what the outbox names (by key or by folder), and
    the pictures of an upload that exists, since a worker may be drawing them.
    """
    named = named_keys(storage, keys)
    # Last: what moves from one table to another (a replaced file's bytes) is in `named` or in here.
    return named | _in_given_up_folders(storage, keys) | _pictures(storage, keys) | keys_in_use(storage, keys)


def _state(holder: KeyHolder) -> Case:
    whens = [When(~Q(**{holder.path("purging_at"): None}), then=Value(ALLOWED))]
    if holder is UPLOADS:
        whens.append(When(~Q(deleted_at=None), then=Value(TRASHED)))
    return Case(*whens, default=Value(LIVE), output_field=IntegerField())


def _pages(rows: QuerySet, state: Case | None, prefix: str) -> Iterator[ExpectedKey]:
    """`rows` by key, a page at a time: no long transaction, and no more than a page in memory.

    `state` None: an object is allowed and nothing is known of its size.
    """
    if prefix:
        rows = rows.filter(key__gte=prefix, key__lt=prefix[:-1] + chr(ord(prefix[-1]) + 1))
    shown: tuple[Any, ...] = (
        (Value(ALLOWED, IntegerField()), Value(ANY_SIZE, IntegerField())) if state is None else (state, "size")
    )
    return iterate(rows.values_list("key", *shown), by="key", size=PAGE)


def _in_given_up_folders(storage: str, keys: Collection[str]) -> set[str]:
    """Those below a folder that is in the outbox as a whole."""
    folders = {key: set(_folders(key)) for key in keys}
    asked = set[str]().union(*folders.values())
    given_up = set(
        StorageDeletion.objects.filter(storage=storage, is_prefix=True, key__in=asked).values_list("key", flat=True)
    )
    return {key for key, above in folders.items() if above & given_up}


def _folders(key: str) -> Iterable[str]:
    parts = key.split("/")
    return ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))


def _pictures(storage: str, keys: Collection[str]) -> set[str]:
    """Those that are where renditions of an upload go, whether or not there is a row for them."""
    folders = sorted({key.rpartition("/")[0] + "/" for key in keys if is_rendition_key(key)})
    drawn: set[str] = set()
    for some in batches(folders, _FOLDERS):
        beside = reduce(or_, (Q(key__gt=folder, key__lt=folder[:-1] + "0") for folder in some))
        in_place = Q(pk__in={parse_id(folder.split("/")[-2]) for folder in some})
        owners = Upload.everything.filter(beside | in_place, storage=storage).only("key", "organization_id")
        drawn |= {rendition_key(owner, kind) for owner in owners for kind in RenditionKind.values}
    return drawn & set(keys)
