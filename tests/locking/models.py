"""A table that may be big."""

from django.db import models


class Big(models.Model):
    """A row with two words."""

    first = models.CharField(max_length=10)
    second = models.CharField(max_length=10)

    class Meta:
        app_label = "locking"
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["first"], name="big_by_first"),
            models.Index(fields=["second"], name="big_by_second"),
        ]

    def __str__(self) -> str:
        return self.first
