"""Where the keys of a store come from."""

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote_plus

from common.errors import Invalid
from uploads.audit.sort import in_order
from uploads.storage import store
from uploads.storage.contract import StoredObject

INVENTORY_COLUMNS = ("Key", "Size", "LastModifiedDate", "ETag")


class KeySource(Protocol):
    """The objects of one store as they were at some moment."""

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """Every object below `prefix`, in order of the UTF-8 bytes of the key.

        Raises StoreUnavailable; KeysOutOfOrder where they come in another order, which `sorted_objects` puts right.
        """
        ...

    def sorted_objects(self, prefix: str) -> Iterator[StoredObject]:
        """The same, sorted on this machine's disk."""
        ...


class Listing:
    """The store, asked now."""

    def __init__(self, storage: str) -> None:
        self.storage = storage

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        return store(self.storage).walk(prefix)

    def sorted_objects(self, prefix: str) -> Iterator[StoredObject]:
        return in_order(store(self.storage).scan(prefix))


class Inventory:
    """A report of a bucket's objects as S3 Inventory writes it: CSV, perhaps gzipped, without a line of names.

    `columns` are those of the report, from its manifest (`fileSchema`); keys in it are URL-encoded. Reports are no
    older than a day or two, and each difference is looked at again in the store: see `scan`.
    """

    def __init__(self, path: Path, columns: tuple[str, ...] = INVENTORY_COLUMNS) -> None:
        missing = {"Key", "Size", "LastModifiedDate"} - set(columns)
        if missing:
            raise Invalid(f"The inventory has no column {sorted(missing)[0]}.")
        self.path, self.columns = path, columns

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        return self.sorted_objects(prefix)

    def sorted_objects(self, prefix: str) -> Iterator[StoredObject]:
        return in_order(stored for stored in self._rows() if stored.key.startswith(prefix))

    def _rows(self) -> Iterator[StoredObject]:
        opener = gzip.open if self.path.suffix == ".gz" else open
        with opener(self.path, "rt", encoding="utf-8", newline="") as file:
            for line in csv.reader(file):
                if len(line) != len(self.columns):
                    raise Invalid(f"A line of the inventory has {len(line)} columns, not {len(self.columns)}.")
                row = dict(zip(self.columns, line, strict=True))
                if row.get("IsLatest", "true") == "false" or row.get("IsDeleteMarker", "false") == "true":
                    continue
                modified_at = datetime.fromisoformat(row["LastModifiedDate"])
                key = unquote_plus(row["Key"])
                yield StoredObject(key, int(row["Size"] or 0), row.get("ETag", ""), modified_at)
