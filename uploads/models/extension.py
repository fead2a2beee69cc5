"""Rows that extend one file: a media item and its video, a resource and its document."""

from typing import ClassVar, Self

from django.db import models

from common.db.soft_deletion import LiveManager
from permissions.access import Access, scope
from permissions.choices import Action
from permissions.models import Organization
from uploads.models.upload import Upload


class UploadExtensionQuerySet(models.QuerySet):
    """Rows that extend one upload each. An action on the row needs the same right as on the file."""

    def in_organization(self, access: Access) -> Self:
        """Return all rows of the caller's organization."""
        return scope(self, access)

    def allowing(self, access: Access, action: Action) -> Self:
        """Return rows for whose upload `access` allows `action`. Raises LookupError for an action without a rule."""
        uploads = Upload.everything.allowing(access, action).order_by()
        return self.in_organization(access).filter(pk__in=uploads.values("pk"))

    def live(self) -> Self:
        """Return rows whose upload is not in the trash."""
        return self.filter(upload__deleted_at=None)


LiveUploadExtensions = LiveManager.from_queryset(UploadExtensionQuerySet)


class UploadExtension(models.Model):
    """A row with its upload's id and organization, which goes into the trash and comes back with the upload.

    Owner, visibility, texts, tags and deletion are those of the upload. A concrete model adds, under its own names,
    the constraints `UniqueConstraint(fields=["organization", "upload"])`, for foreign keys to it, and
    `SameOrganization(field="upload")`; its app registers a `uploads.usages.lifecycle.UploadLifecycle`.
    """

    upload = models.OneToOneField(Upload, models.CASCADE, primary_key=True, related_name="%(class)s")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="%(class)ss")

    everything = UploadExtensionQuerySet.as_manager()
    objects = LiveUploadExtensions()

    class Meta:
        abstract = True
        base_manager_name = "everything"
        default_manager_name = "objects"
        default_permissions: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return str(self.upload)
