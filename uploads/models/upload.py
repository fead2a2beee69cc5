"""The model of one stored file, and the grants to see it."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from common.db.computed_columns import HasComputedColumns, SortKeyField
from common.db.ids import new_id
from permissions.choices import Visibility
from permissions.managers import AccessControlledModel
from uploads.choices import UploadType
from uploads.models.tag import Tag, UploadTag
from uploads.querysets import HardDeletion, LiveUploads, UploadQuerySet


class Upload(HasComputedColumns, AccessControlledModel):
    """One stored file: who owns it, who may see it, where its bytes are, and whether it is in the trash.

    The row exists only after its bytes were verified. When it is purged, the deletion outbox deletes the bytes first.
    A `key` is never reused: new bytes (a replacement) get a new key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    type = models.CharField(_("type"), max_length=12, choices=UploadType)
    filename = models.CharField(max_length=255, help_text=_("Generated; the last part of the URL."))
    original_filename = models.CharField(
        _("original filename"), max_length=255, help_text=_("The client's file name, cleaned; display text.")
    )
    mime_type = models.CharField(_("MIME type"), max_length=127)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("Bytes."))
    checksum_sha256 = models.CharField(
        max_length=44, blank=True, help_text=_("Base64, as in S3's x-amz-checksum-sha256; empty until it is read.")
    )
    storage = models.CharField(max_length=20, default="media", help_text=_("Alias in settings.STORAGES."))
    key = models.CharField(max_length=1024, help_text=_("Object key in this storage."))
    version = models.PositiveIntegerField(default=1, help_text=_("Version number of the present bytes."))
    replaced_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Time at which the present bytes replaced earlier ones.")
    )
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="replaced_uploads"
    )

    category = models.CharField(_("category"), max_length=100, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    alt_text = models.CharField(_("alt text"), max_length=500, blank=True)
    tags: "models.ManyToManyField[Tag, UploadTag]" = models.ManyToManyField(
        Tag, verbose_name=_("tags"), through=UploadTag, related_name="uploads"
    )
    search_text = models.TextField(editable=False, default="", help_text=_("Folded names, texts, tags and metadata."))
    name_sort = SortKeyField(of=("original_filename",))

    width = models.PositiveIntegerField(null=True, blank=True, help_text=_("Pixels, as displayed."))
    height = models.PositiveIntegerField(null=True, blank=True, help_text=_("Pixels, as displayed."))
    page_count = models.PositiveIntegerField(null=True, blank=True)
    metadata = models.JSONField(
        default=dict, db_default={}, editable=False, help_text=_("What the present bytes say of themselves.")
    )
    metadata_version = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text=_("Version of the bytes whose metadata was read; 0: none.")
    )
    has_thumbnail = models.BooleanField(default=False, help_text=_("Renditions of the current bytes exist."))
    usage_count = models.PositiveIntegerField(_("usage count"), default=0, help_text=_("Number of its usages."))

    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="deleted_uploads"
    )
    purging_at = models.DateTimeField(null=True, blank=True, help_text=_("Set while its bytes are being deleted."))

    is_public: bool  # annotated by `serving.authentication.live_uploads`: anyone may view it

    everything = UploadQuerySet.as_manager()
    objects = LiveUploads()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        base_manager_name = "everything"
        default_manager_name = "objects"
        default_permissions = ()
        ordering = ["-created_at", "-id"]
        permissions = [
            ("media_delete_all", "Delete any file"),
            ("media_delete_own", "Delete own files"),
            ("media_edit_all", "Edit any file"),
            ("media_edit_own", "Edit own files"),
            ("media_upload", "Upload files"),
            ("media_view", "Use the media library"),
            ("media_view_all", "See every file"),
        ]
        indexes = [
            # The five of the requirements, each in the shape its query has: inside one organization, and ending with
            # the id as the orderings do. On PostgreSQL a migration makes the first one cover what lists filter by.
            models.Index(
                F("organization"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at=None),
                name="upload_live_newest",
            ),
            models.Index("organization", "type", "id", condition=Q(deleted_at=None), name="upload_live_type"),
            models.Index(
                F("organization"),
                F("visibility"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at=None),
                name="upload_live_visibility",
            ),
            models.Index(
                F("uploaded_by"), F("organization"), F("created_at").desc(), F("id").desc(), name="upload_owner_newest"
            ),
            models.Index(F("organization"), F("deleted_at").desc(), condition=~Q(deleted_at=None), name="upload_trash"),
            models.Index(F("deleted_at"), F("id"), condition=~Q(deleted_at=None), name="upload_purge_order"),
            models.Index(F("purging_at"), condition=~Q(purging_at=None), name="upload_tombstones"),
            models.Index("organization", "size", "id", condition=Q(deleted_at=None), name="upload_live_size"),
            models.Index("organization", "name_sort", "id", condition=Q(deleted_at=None), name="upload_live_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["storage", "key"], name="upload_key_is_unique_in_storage"),
            models.UniqueConstraint(fields=["organization", "id"], name="upload_is_unique_in_organization"),
            models.CheckConstraint(condition=Q(type__in=UploadType.values), name="upload_type_is_known"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="upload_visibility_is_known"),
            models.CheckConstraint(condition=~Q(key=""), name="upload_has_a_key"),
            models.CheckConstraint(
                condition=Q(deleted_by=None) | ~Q(deleted_at=None), name="upload_deleter_implies_deletion"
            ),
            models.CheckConstraint(
                condition=Q(purging_at=None) | ~Q(deleted_at=None), name="upload_purge_implies_deletion"
            ),
            models.CheckConstraint(
                condition=Q(width=None, height=None) | Q(width__gt=0, height__gt=0),
                name="upload_width_and_height_go_together",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.original_filename

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise HardDeletion, as querysets do: the bytes would be left in storage."""
        raise HardDeletion

    @property
    def is_deleted(self) -> bool:
        """Whether it is in the trash or being purged."""
        return self.deleted_at is not None


class UploadUserObjectPermission(UserObjectPermissionBase):
    """A personal grant: this user may see this ROLE_BASED file."""

    content_object = models.ForeignKey(Upload, models.CASCADE, related_name="user_perms")

    class Meta(UserObjectPermissionBase.Meta):
        pass


class UploadGroupObjectPermission(GroupObjectPermissionBase):
    """An allowed role: holders of the role whose group this is may see this ROLE_BASED file."""

    content_object = models.ForeignKey(Upload, models.CASCADE, related_name="group_perms")

    class Meta(GroupObjectPermissionBase.Meta):
        pass
