"""Rows that are moved to the trash instead of deleted: `deleted_at` is set."""

from typing import Any, Self, TypeVar, cast

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class SoftDeletionMixin:
    """A mixin for querysets of rows with `deleted_at`, in the trash or not."""

    def live(self) -> Self:
        """Return the rows that are not in the trash."""
        return cast(Self, cast(models.QuerySet[Any], self).filter(deleted_at=None))


class LiveManager(models.Manager[Row]):
    """A default manager that hides what is in the trash: `LiveManager.from_queryset`, of one with `live()`."""

    def get_queryset(self) -> Any:
        return cast(Any, super().get_queryset()).live()
