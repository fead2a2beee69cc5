"""The resource library: models, scenes and garments, each with its pictures."""

from functools import reduce
from operator import or_
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.db.computed_columns import HasComputedColumns, SearchTextField, SortKeyField
from common.db.constraints import SameOrganization
from common.db.ids import new_id
from common.db.soft_deletion import LiveManager, SoftDeletionMixin
from permissions.managers import ModelPermissionQuerySet
from permissions.models import Organization
from resources.choices import ATTRIBUTES, FIELDS_OF, FileRole, LibraryStatus, LibraryType
from uploads.models import Upload

LIVE_AND_ACTIVE = Q(deleted_at=None, status=LibraryStatus.ACTIVE)


def _attributes_match_type() -> Q:
    """Return the condition that a row has the attributes of its type and no others."""
    rules = []
    for library_type, own in FIELDS_OF.items():
        empty = Q(**{name: "" for name in ATTRIBUTES if name not in own})
        rules.append(reduce(lambda rule, name: rule & ~Q(**{name: ""}), own, Q(type=library_type) & empty))
    return reduce(or_, rules)


class LibraryResourceQuerySet(SoftDeletionMixin, ModelPermissionQuerySet):
    """Library resources, deleted or not."""


LiveLibraryResources = LiveManager.from_queryset(LibraryResourceQuerySet)


class LibraryResource(HasComputedColumns, models.Model):
    """A model, a scene or a garment. Only `services.library` writes rows; it ensures that there is an original.

    A live resource has usages of its files; a deleted one keeps its files, which are in the trash with it.
    """

    public_rows: ClassVar[Q] = Q(status=LibraryStatus.ACTIVE)  # see permissions.access.model_rule

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="library_resources", verbose_name=_("organization")
    )
    type = models.CharField(_("type"), max_length=10, choices=LibraryType)
    name = models.CharField(_("name"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=LibraryStatus, default=LibraryStatus.ACTIVE)
    gender = models.CharField(_("gender"), max_length=100, blank=True)
    age_group = models.CharField(_("age group"), max_length=100, blank=True)
    environment = models.CharField(_("environment"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    search_text = SearchTextField(of=("name", *ATTRIBUTES))
    name_sort = SortKeyField(of=("name",))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"))
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    everything = LibraryResourceQuerySet.as_manager()
    objects = LiveLibraryResources()

    class Meta:
        verbose_name = _("library resource")
        verbose_name_plural = _("library resources")
        db_table = "library_resources"
        base_manager_name = "everything"
        default_manager_name = "objects"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                F("organization"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at=None),
                name="library_live_newest",
            ),
            models.Index(
                F("organization"),
                F("created_at").desc(),
                F("id").desc(),
                condition=LIVE_AND_ACTIVE,
                name="library_public_newest",
            ),
            models.Index(
                F("organization"),
                F("type"),
                F("created_at").desc(),
                F("id").desc(),
                condition=LIVE_AND_ACTIVE,
                name="library_public_by_type",
            ),
            # For filters by rare values. Migration 0002 adds an index for searches on PostgreSQL.
            *(
                models.Index(
                    F("organization"),
                    F(name),
                    F("created_at").desc(),
                    F("id").desc(),
                    condition=LIVE_AND_ACTIVE & ~Q(**{name: ""}),
                    name=f"library_public_by_{name}",
                )
                for name in ATTRIBUTES
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="library_is_unique_in_organization"),
            models.CheckConstraint(condition=Q(type__in=LibraryType.values), name="library_type_is_known"),
            models.CheckConstraint(condition=Q(status__in=LibraryStatus.values), name="library_status_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="library_has_a_name"),
            models.CheckConstraint(
                condition=_attributes_match_type(),
                name="library_attributes_match_type",
                violation_error_message=_(
                    "A model has a gender and an age group, a scene an environment, a garment a category; no other."
                ),
            ),
            models.CheckConstraint(
                condition=Q(deleted_by=None) | Q(deleted_at__isnull=False), name="library_deleter_implies_deletion"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class LibraryResourceFile(models.Model):
    """One file of a library resource. `position` orders the gallery and is 0 outside the gallery."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", editable=False)
    resource = models.ForeignKey(LibraryResource, models.CASCADE, related_name="files")
    upload = models.OneToOneField(Upload, models.PROTECT, related_name="library_file")
    role = models.CharField(max_length=10, choices=FileRole)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "library_resource_files"
        default_permissions = ()
        ordering = ["resource", "role", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource"], condition=Q(role=FileRole.ORIGINAL), name="library_file_one_original"
            ),
            models.UniqueConstraint(
                fields=["resource"], condition=Q(role=FileRole.THUMBNAIL), name="library_file_one_thumbnail_at_most"
            ),
            models.UniqueConstraint(
                fields=["resource", "position"], condition=Q(role=FileRole.GALLERY), name="library_file_gallery_order"
            ),
            models.CheckConstraint(
                condition=Q(role=FileRole.GALLERY) | Q(position=0), name="library_file_position_is_for_galleries"
            ),
            models.CheckConstraint(condition=Q(role__in=FileRole.values), name="library_file_role_is_known"),
            SameOrganization(field="resource", name="library_file_resource_is_of_its_organization"),
            SameOrganization(field="upload", name="library_file_upload_is_of_its_organization"),
        ]

    def __str__(self) -> str:
        return gettext("%(role)s of %(resource)s") % {"role": self.get_role_display(), "resource": self.resource}
