"""How uploads are found."""

from typing import Self

from django.db import models

from permissions.governed import GovernedQuerySet


class UploadQuerySet(GovernedQuerySet):
    """Uploads, deleted or not."""

    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def trashed(self) -> Self:
        """In the trash and still restorable."""
        return self.exclude(deleted_at=None).filter(purging_at=None)


class LiveUploads(models.Manager.from_queryset(UploadQuerySet)):  # type: ignore[misc]
    """The default manager: hides what is in the trash."""

    def get_queryset(self) -> UploadQuerySet:
        return super().get_queryset().live()
