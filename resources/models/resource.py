"""Documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.db.constraints import SameOrganization
from uploads.models.extension import UploadExtension


class Resource(UploadExtension):
    """A document: one DOCUMENT upload, which can be attached to any number of entities."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(UploadExtension.Meta):
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["-created_at", "-upload_id"]
        default_permissions = ("add", "change", "delete", "view")
        constraints = [
            models.UniqueConstraint(fields=["organization", "upload"], name="resource_is_unique_in_organization"),
            SameOrganization(field="upload", name="resource_upload_is_of_its_organization"),
        ]
