"""Renditions: smaller pictures of a file."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from uploads.choices import RenditionKind


class Rendition(models.Model):
    """A smaller picture of an upload's present bytes, stored beside them; it can be drawn again from the original."""

    upload = models.ForeignKey("Upload", models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=4, choices=RenditionKind)
    version = models.PositiveIntegerField(help_text=_("Version of the bytes that it was drawn from."))
    storage = models.CharField(max_length=20)
    key = models.CharField(max_length=1024)
    mime_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        ordering = ["upload", "kind"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["upload", "kind"], name="rendition_is_unique_per_upload_and_kind"),
            models.UniqueConstraint(fields=["storage", "key"], name="rendition_key_is_unique_in_storage"),
            models.CheckConstraint(condition=Q(kind__in=RenditionKind.values), name="rendition_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.upload_id}"
