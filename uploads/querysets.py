"""The queryset and the default manager of uploads."""

from collections.abc import Collection
from typing import NoReturn, Self
from uuid import UUID

import common.db.lookups  # noqa: F401 (registers pk__among)
from common.db.soft_deletion import LiveManager, SoftDeletionMixin
from common.text import narrow_to_words
from permissions.managers import AccessControlledQuerySet


class HardDeletion(TypeError):
    """Rows of uploads are not deleted by querysets: `uploads.files` trashes and purges them."""

    def __init__(self) -> None:
        super().__init__("Delete files with uploads.files.trash and uploads.files.purge.")


class UploadQuerySet(SoftDeletionMixin, AccessControlledQuerySet):
    """Uploads, deleted or not."""

    def trashed(self) -> Self:
        """Return the rows that are in the trash and can be restored."""
        return self.exclude(deleted_at=None).filter(purging_at=None)

    def among(self, ids: Collection[UUID]) -> Self:
        """Return the rows with one of `ids`, which are one parameter of the query for any number of them."""
        return self.filter(pk__among=ids)

    def delete(self) -> NoReturn:
        """Raise HardDeletion: the bytes would be left in storage."""
        raise HardDeletion

    def hard_delete(self) -> None:
        """Delete the rows of tombstones whose bytes are deleted, with rows that cascade. For `files.purge`."""
        super(UploadQuerySet, self.exclude(purging_at=None)).delete()

    def search(self, text: str) -> Self:
        """Return rows that have every word of `text` in their names, title, description or tags."""
        return narrow_to_words(self, text)


LiveUploads = LiveManager.from_queryset(UploadQuerySet)
