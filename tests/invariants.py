"""The invariants that hold after any fault: the database and the stores agree.

assert broken_invariants() == []
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import Count, F

from permissions.models import Organization
from uploads.choices import SessionState
from uploads.models import Rendition, StorageDeletion, Upload, UploadSession, UploadVersion, Usage
from uploads.storage import store
from uploads.storage.contract import MissingObject
from uploads.storage.key_holders import needed_keys
from uploads.storage.quota import recount_storage

STORAGES = ("media", "assets")


def broken_invariants() -> list[str]:
    """A sentence for each breach of I1 to I4 (see docs/cases.md); reads every byte that is stored."""
    return [*rows_without_bytes(), *unreferenced_objects(), *references_to_purged_files(), *drifted_counters()]


def rows_without_bytes() -> Iterator[str]:
    """I1: a row implies an object with that size and checksum; of a tombstone, nothing more is expected."""
    versions = UploadVersion.objects.filter(upload__purging_at=None)
    for row in chain[Any](Upload.everything.filter(purging_at=None), versions):
        content = _content(row)
        if content is None:
            yield f"I1 {row!r} has no object"
        elif (len(content), _checksum(content)) != (row.size, row.checksum_sha256):
            yield f"I1 {row!r} has other bytes"
    for rendition in Rendition.objects.filter(upload__purging_at=None, version=F("upload__version")):
        content = _content(rendition)
        if content is None or len(content) != rendition.size:
            yield f"I1 {rendition} lacks its bytes"


def unreferenced_objects() -> Iterator[str]:
    """I2: every object has a row or an open session, or is in the outbox. (In a test no object is too young.)"""
    for storage in STORAGES:
        known, prefixes = _known_keys(storage), _given_up_prefixes(storage)
        for key in (found.key for found in store(storage).walk()):
            if not (key in known or key.startswith(prefixes) or needed_keys(storage, [key])):
                yield f"I2 {storage}:{key} belongs to no row"


def references_to_purged_files() -> Iterator[str]:
    """I3: nothing refers to a file that is being purged. Usages of a trashed one are what `force` leaves."""
    for usage in Usage.objects.exclude(upload__purging_at=None):
        yield f"I3 {usage} refers to a file that is being purged"
    for rendition in Rendition.objects.filter(version__gt=F("upload__version")):
        yield f"I3 {rendition} is of bytes that are not there yet"


def drifted_counters() -> Iterator[str]:
    """I4: every counter equals its rows."""
    counted = Upload.everything.annotate(counted=Count("usages")).exclude(usage_count=F("counted"))
    for pk, said, rows in counted.values_list("pk", "usage_count", "counted"):
        yield f"I4 {pk} says {said} usages and has {rows}"
    for organization in Organization.objects.all():
        for account in recount_storage(organization_id=organization.pk):
            yield f"I4 the account {account.pk} of {organization} should be {account}"


def _content(row: Any) -> bytes | None:
    try:
        return b"".join(store(row.storage).read(row.key))
    except MissingObject:
        return None


def _checksum(content: bytes) -> str:
    return b64encode(hashlib.sha256(content).digest()).decode()


def _known_keys(storage: str) -> set[str]:
    holders: tuple[Any, ...] = (
        Upload.everything.all(),
        UploadVersion.objects.all(),
        Rendition.objects.all(),
        UploadSession.objects.filter(state=SessionState.OPEN),
        StorageDeletion.objects.filter(is_prefix=False),
    )
    return {key for rows in holders for key in rows.filter(storage=storage).values_list("key", flat=True)}


def _given_up_prefixes(storage: str) -> tuple[str, ...]:
    return tuple(StorageDeletion.objects.filter(storage=storage, is_prefix=True).values_list("key", flat=True))
