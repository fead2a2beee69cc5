"""How uploads are found."""

from typing import Self

from django.db import models

from permissions.governed import GovernedQuerySet
from uploads.search import words_of


class UploadQuerySet(GovernedQuerySet):
    """Uploads, deleted or not."""

    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def trashed(self) -> Self:
        """In the trash and still restorable."""
        return self.exclude(deleted_at=None).filter(purging_at=None)

    def found(self, search: str) -> Self:
        """Rows that have every word of `search` somewhere in their names, title, description or tags."""
        rows = self
        for word in words_of(search):
            rows = rows.filter(search_text__contains=word)
        return rows


class LiveUploads(models.Manager.from_queryset(UploadQuerySet)):  # type: ignore[misc]
    """The default manager: hides what is in the trash."""

    def get_queryset(self) -> UploadQuerySet:
        return super().get_queryset().live()
