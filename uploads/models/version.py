"""Earlier versions of files."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class UploadVersion(models.Model):
    """Earlier bytes of an upload: stored, counted against the quotas, and restorable.

    The present bytes are in the row of the upload, so that every object belongs to exactly one row. Numbers grow and
    are never reused.
    """

    upload = models.ForeignKey("Upload", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    original_filename = models.CharField(max_length=255)
    mime_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    checksum_sha256 = models.CharField(max_length=44, blank=True, help_text=_("Base64; empty until it is read."))
    storage = models.CharField(max_length=20)
    key = models.CharField(max_length=1024)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    metadata = models.JSONField(default=dict, db_default={}, editable=False)
    created_at = models.DateTimeField(help_text=_("Time at which these bytes were stored."))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="upload_versions"
    )

    class Meta:
        verbose_name = _("upload version")
        verbose_name_plural = _("upload versions")
        ordering = ["upload", "-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="upload_version_number_is_unique_per_upload"),
            models.UniqueConstraint(fields=["storage", "key"], name="upload_version_key_is_unique_in_storage"),
            models.CheckConstraint(condition=~Q(key=""), name="upload_version_has_a_key"),
            models.CheckConstraint(condition=Q(number__gt=0), name="upload_version_number_is_positive"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.upload_id}"
