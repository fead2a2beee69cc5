"""The table of key holders: models that name objects in stores. An object that no row needs may be removed.

In-use checks, audit, verification, purge, figures and quotas read this table, and a test fails for a model with a key
that is not in it. Apps add their own holders in their `registrations.py`::

    register_key_holder(KeyHolder("covers", Cover, needed=Q(upload__purging_at=None), upload="upload"))
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from uploads.choices import SessionState
from uploads.models import ImportedFile, Rendition, StorageDeletion, Upload, UploadSession, UploadVersion


@dataclass(frozen=True)
class KeyHolder:
    """A model with object keys in `fields`, beside a field `storage`.

    An object of a row for which `needed` holds is not removed; with None no row needs its object. With `is_stored` the
    object of a needed row must be stored, with the row's `size`. `upload` is the path to the upload whose purge removes
    the object: empty for the upload itself, None without an upload. With `is_counted` the bytes count against the
    quotas of the upload's owner.
    """

    name: str
    model: type[Model]
    needed: Q | None
    fields: tuple[str, ...] = ("key",)
    upload: str | None = None
    is_stored: bool = False
    is_counted: bool = False

    @property
    def rows(self) -> QuerySet[Any]:
        """All rows, including those that the default manager hides."""
        return self.model._base_manager.all()

    def path(self, field: str) -> str:
        """Return the path from a row to `field` of its upload."""
        return f"{self.upload}__{field}" if self.upload else field

    def needed_keys(self, storage: str, keys: Collection[str]) -> set[str]:
        """Return those of `keys` that a row needs; one query for each field."""
        if self.needed is None:
            return set()
        rows = self.rows.filter(self.needed, storage=storage)
        return {key for field in self.fields for key in _among(rows, field, keys)}


UPLOADS = KeyHolder("uploads", Upload, Q(purging_at=None), upload="", is_stored=True, is_counted=True)
VERSIONS = KeyHolder(
    "versions", UploadVersion, Q(upload__purging_at=None), upload="upload", is_stored=True, is_counted=True
)
RENDITIONS = KeyHolder("renditions", Rendition, Q(upload__purging_at=None), upload="upload", is_stored=True)
SESSIONS = KeyHolder("sessions", UploadSession, Q(state=SessionState.OPEN))
# Keys to which an import is copying, or will copy when it is run again.
PLANNED_IMPORTS = KeyHolder("planned imports", ImportedFile, Q(upload=None))
DELETIONS = KeyHolder("deletions", StorageDeletion, None)

_holders = [UPLOADS, VERSIONS, RENDITIONS, SESSIONS, PLANNED_IMPORTS, DELETIONS]


def register_key_holder(holder: KeyHolder) -> None:
    """Add the keys of another app to the table. Raises ValueError for a model that is in it already."""
    if any(known.model is holder.model for known in _holders):
        raise ValueError(f"{holder.model.__name__} is registered already.")
    _holders.append(holder)


def key_holders() -> tuple[KeyHolder, ...]:
    """Return the whole table, in the order of registration."""
    return tuple(_holders)


def stored_holders() -> tuple[KeyHolder, ...]:
    """Return the holders whose objects must be stored."""
    return tuple(holder for holder in _holders if holder.is_stored)


def needed_keys(storage: str, keys: Iterable[str]) -> set[str]:
    """Return those of `keys` that any row needs, so that their objects are not removed. A tombstone needs none."""
    keys = list(keys)
    return set[str]().union(*(holder.needed_keys(storage, keys) for holder in _holders))


def required_keys(storage: str, keys: Collection[str]) -> set[str]:
    """Return those of `keys` that must have an object: an audit reports the others as missing."""
    return set[str]().union(*(holder.needed_keys(storage, keys) for holder in stored_holders()))


def recorded_keys(storage: str, keys: Collection[str]) -> set[str]:
    """Return those of `keys` that are written in a row of a file, also of a tombstone, or in the outbox."""
    holders = (*stored_holders(), DELETIONS)
    return {key for holder in holders for key in _among(holder.rows.filter(storage=storage), "key", keys)}


def _among(rows: QuerySet[Any], field: str, keys: Collection[str]) -> Iterable[str]:
    return rows.filter(**{f"{field}__in": keys}).values_list(field, flat=True)
