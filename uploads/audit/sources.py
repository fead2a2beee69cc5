"""The sources of the keys of a store: a listing, or an inventory of its bucket."""

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote_plus

from django.utils.translation import gettext as _

from common.errors import Invalid
from uploads.audit.sort import in_order
from uploads.storage import store
from uploads.storage.contract import StoredObject

INVENTORY_COLUMNS = ("Key", "Size", "LastModifiedDate", "ETag")


class KeySource(Protocol):
    """The objects of one store at one time."""

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """Yield every object below `prefix`, in order of the UTF-8 bytes of the keys.

        Raises StoreUnavailable, and KeysOutOfOrder for a source in another order, which `sorted_objects` sorts.
        """
        ...

    def sorted_objects(self, prefix: str) -> Iterator[StoredObject]:
        """Yield the same objects, sorted on the disk of this machine."""
        ...


class Listing:
    """Lists the store."""

    def __init__(self, storage: str) -> None:
        self.storage = storage

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        return store(self.storage).walk(prefix)

    def sorted_objects(self, prefix: str) -> Iterator[StoredObject]:
        return in_order(store(self.storage).scan(prefix))


class Inventory:
    """Reads a report of S3 Inventory: CSV, gzipped or not, without a header line, with URL-encoded keys.

    `columns` are those of the report, from its manifest (`fileSchema`). Reports are a day or two old, and `scan` checks
    each difference again in the store.
    """

    def __init__(self, path: Path, columns: tuple[str, ...] = INVENTORY_COLUMNS) -> None:
        missing = {"Key", "Size", "LastModifiedDate"} - set(columns)
        if missing:
            raise Invalid(_("The inventory has no column %(name)s.") % {"name": min(missing)})
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
                    counts = {"count": len(line), "expected": len(self.columns)}
                    raise Invalid(_("A line of the inventory has %(count)s columns, not %(expected)s.") % counts)
                row = dict(zip(self.columns, line, strict=True))
                if row.get("IsLatest", "true") == "false" or row.get("IsDeleteMarker", "false") == "true":
                    continue
                modified_at = datetime.fromisoformat(row["LastModifiedDate"])
                key = unquote_plus(row["Key"])
                yield StoredObject(key, int(row["Size"] or 0), row.get("ETag", ""), modified_at)
