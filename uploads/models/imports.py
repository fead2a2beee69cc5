"""Imports of existing files by operators."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.db.ids import new_id
from permissions.models import Organization


class ImportRun(models.Model):
    """One run of `import_uploads`, which can be undone as a whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="import_runs")
    origin = models.CharField(max_length=4096, help_text=_("The imported folder, or storage alias and prefix."))
    in_place = models.BooleanField(default=False, help_text=_("The objects were not copied."))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-started_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.origin} ({self.id})"


class ImportedFile(models.Model):
    """One file of a run: written with its key before a byte is copied, and linked to its upload when all are stored.

    `digest` identifies origin and source; an organization imports each source once, in any run. `source` is the path
    below the origin, in which bytes that are not UTF-8, control characters and "%" are percent-encoded, reversibly.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False, help_text=_("Also the upload's id."))
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="imported_files")
    digest = models.CharField(max_length=64)
    source = models.TextField()
    storage = models.CharField(max_length=20)
    key = models.CharField(max_length=1024)
    upload = models.OneToOneField("Upload", models.CASCADE, null=True, blank=True, related_name="imported_from")

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["storage", "key"], condition=Q(upload=None), name="imported_file_planned"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest"], name="imported_file_is_imported_once"),
            models.CheckConstraint(condition=Q(upload=None) | Q(upload=models.F("id")), name="imported_file_is_upload"),
        ]

    def __str__(self) -> str:
        return self.source
