"""Rows of other apps that are made of a file: they go into the trash with it, come back with it, and end with it.

A media item and its video are one thing in two tables. Such a row is no *usage* (it does not keep its file from being
deleted): it is a `Use`, which its app declares once, in its `registrations.py`::

    class MediaItems(Use):
        def purged(self, ids):
            MediaItem.objects.filter(pk__in=ids).delete()

    register_use(MediaItems())

Whatever else refers to a file (content, a page, an avatar) records a usage: see `uploads.usages.record`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from uploads.models import StorageDeletion, Upload


class Use:
    """What an app does with its own rows when the uploads they are made of change; by default nothing.

    Every method runs inside the transaction that changes the uploads (at most 5,000), after they were locked, and
    may be called again for the same ones. Ids may be of uploads that this app knows nothing of. Raising undoes the
    change. Nothing here touches a store: objects are named, and removed later.
    """

    def trashed(self, ids: Collection[UUID], *, at: datetime) -> None:
        """The uploads went into the trash."""

    def restored(self, ids: Collection[UUID]) -> None:
        """The uploads came back from the trash."""

    def replaced(self, upload: "Upload") -> None:
        """The upload has other bytes now, under a new key; what was made of the earlier ones is out of date."""

    def doomed(self, uploads: Collection["Upload"]) -> Iterable["StorageDeletion"]:
        """The uploads are about to be purged: name the objects beside their own bytes and renditions that go, too.

        `uploads.outbox.deletions.deletion_of(upload, key, ...)` makes an entry.
        """
        return ()

    def purged(self, ids: Collection[UUID]) -> None:
        """The bytes are gone and so will be the uploads' rows, at once: delete the rows that refer to them."""


_uses: list[Use] = []


def register_use(use: Use) -> None:
    """Have `use` told what happens to uploads. Once per class; apps call it in `registrations.py`."""
    if any(type(known) is type(use) for known in _uses):
        raise ValueError(f"{type(use).__name__} is registered already.")
    _uses.append(use)


def uses() -> tuple[Use, ...]:
    """Every registered use, in the order of registration."""
    return tuple(_uses)
