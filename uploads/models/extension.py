"""Rows that are one file and more: a media item and its video, a resource and its document."""

from typing import Self

from django.db import models

from permissions.access import Access, scope
from permissions.choices import Action
from permissions.models import Organization
from uploads.models.upload import Upload


class UploadExtensionQuerySet(models.QuerySet):
    """Rows made of one upload each, governed by its rule: who may do something to the file may do it to the row."""

    def in_organization(self, access: Access) -> Self:
        """Rows of the caller's organization, whatever the caller may do to them."""
        return scope(self, access)

    def allowing(self, access: Access, action: Action) -> Self:
        """Rows to whose upload `access` may do `action`. Raises LookupError for an action without a rule."""
        uploads = Upload.everything.allowing(access, action).order_by()
        return self.in_organization(access).filter(pk__in=uploads.values("pk"))

    def live(self) -> Self:
        """Rows whose upload is not in the trash."""
        return self.filter(upload__deleted_at=None)


class LiveUploadExtensions(models.Manager.from_queryset(UploadExtensionQuerySet)):  # type: ignore[misc]
    """The default manager: hides what is in the trash with its file."""

    def get_queryset(self) -> UploadExtensionQuerySet:
        return super().get_queryset().live()


class UploadExtension(models.Model):
    """A row that has its upload's id, lives in its organization, and goes into the trash and out of it with it.

    Owner, visibility, texts, tags and deletion are the upload's alone. A concrete model adds, under names of its own,
    the constraints `UniqueConstraint(fields=["organization", "upload"])`, for those who refer to it, and
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
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.upload)
