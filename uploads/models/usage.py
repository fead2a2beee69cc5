"""Where files are used."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.db.ids import new_id


class Usage(models.Model):
    """One place that refers to an upload: a field of an entity of this or another system.

    `Upload.usage_count` follows the rows in the same transaction, under a lock on the upload.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    upload = models.ForeignKey("Upload", models.PROTECT, related_name="usages")
    entity_type = models.CharField(max_length=100)
    entity_id = models.CharField(max_length=100)
    field = models.CharField(max_length=100, blank=True)
    label = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usages")
        ordering = ["created_at", "id"]
        default_permissions = ()
        indexes = [models.Index(fields=["entity_type", "entity_id"], name="usage_entity")]
        constraints = [
            models.UniqueConstraint(fields=["upload", "entity_type", "entity_id", "field"], name="usage_is_unique"),
            models.CheckConstraint(
                condition=~models.Q(entity_type="") & ~models.Q(entity_id=""), name="usage_names_an_entity"
            ),
        ]

    def __str__(self) -> str:
        return self.label or f"{self.entity_type} {self.entity_id}"
