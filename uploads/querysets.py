"""How uploads are found."""

from collections.abc import Collection
from typing import Any, Self
from uuid import UUID

from django.db import models

import common.db.lookups  # noqa: F401 (registers pk__among)
from common.text import narrow_to_words
from permissions.managers import AccessControlledQuerySet


class HardDeletion(TypeError):
    """Rows of uploads are not deleted: `services.trash` puts them into the trash, `services.purging` ends them."""

    def __init__(self) -> None:
        super().__init__("Files go through uploads.files.trash and uploads.files.purge.")


class UploadQuerySet(AccessControlledQuerySet):
    """Uploads, deleted or not."""

    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def trashed(self) -> Self:
        """In the trash and still restorable."""
        return self.exclude(deleted_at=None).filter(purging_at=None)

    def among(self, ids: Collection[UUID]) -> Self:
        """Rows with one of `ids`, any number of them, as one parameter."""
        return self.filter(pk__among=ids)

    def delete(self) -> Any:
        """Refused: a row that goes before its bytes leaves them to nobody. Raises HardDeletion."""
        raise HardDeletion

    def hard_delete(self) -> None:
        """Delete the rows of tombstones whose bytes are gone, with all that cascades; for `services.purging` alone."""
        super(UploadQuerySet, self.exclude(purging_at=None)).delete()

    def found(self, search: str) -> Self:
        """Rows that have every word of `search` somewhere in their names, title, description or tags."""
        return narrow_to_words(self, search)


class LiveUploads(models.Manager.from_queryset(UploadQuerySet)):  # type: ignore[misc]
    """The default manager: hides what is in the trash."""

    def get_queryset(self) -> UploadQuerySet:
        return super().get_queryset().live()
