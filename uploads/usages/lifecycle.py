"""Rows of other apps that follow the life of an upload: into the trash, back, replaced, purged.

A media item and its video are one thing in two tables. Such a row is not a *usage*, because it does not prevent the
deletion of its file. Its app registers an `UploadLifecycle` for the row in its `registrations.py`::

    class MediaItems(UploadLifecycle):
        def on_purge(self, ids):
            MediaItem.objects.filter(pk__in=ids).delete()

    register_lifecycle(MediaItems())

Everything else that refers to a file (content, a page, an avatar) records a usage: see `uploads.usages.record`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from uploads.models import StorageDeletion, Upload


class UploadLifecycle:
    """The reactions of an app to changes of uploads that its rows extend; by default none.

    Every method runs inside the transaction that changes the uploads (at most 5,000), after they were locked, and
    may be called again for the same ones. The app may have no rows for some of the ids. An exception rolls the change
    back. No method calls a store: `objects_to_delete` names objects, which are deleted after the commit.
    """

    def on_trash(self, ids: Collection[UUID], *, at: datetime) -> None:
        """Handle uploads that went into the trash."""

    def on_restore(self, ids: Collection[UUID]) -> None:
        """Handle uploads that came back from the trash."""

    def on_replace(self, upload: "Upload") -> None:
        """Handle an upload with new bytes under a new key: what was made of the earlier bytes is out of date."""

    def objects_to_delete(self, uploads: Collection["Upload"]) -> Iterable["StorageDeletion"]:
        """Name the app's objects that are deleted when `uploads` are purged, beside their own bytes and renditions.

        `uploads.outbox.deletions.deletion_of(upload, key, ...)` makes an entry.
        """
        return ()

    def on_purge(self, ids: Collection[UUID]) -> None:
        """Delete the rows that refer to uploads whose bytes are deleted and whose rows are deleted next."""


_lifecycles: list[UploadLifecycle] = []


def register_lifecycle(lifecycle: UploadLifecycle) -> None:
    """Call `lifecycle` when uploads change. Apps register each class once, in `registrations.py`; else ValueError."""
    if any(type(known) is type(lifecycle) for known in _lifecycles):
        raise ValueError(f"{type(lifecycle).__name__} is registered already.")
    _lifecycles.append(lifecycle)


def lifecycles() -> tuple[UploadLifecycle, ...]:
    """Return every registered lifecycle, in the order of registration."""
    return tuple(_lifecycles)
