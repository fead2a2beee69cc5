"""Content and its tags."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.db.computed_columns import HasComputedColumns, SearchTextField, SortKeyField
from common.db.constraints import SameOrganization
from common.db.ids import new_id
from common.db.soft_deletion import LiveManager, SoftDeletionMixin
from media_library.choices import ContentStatus
from media_library.models.category import Category
from media_library.models.media_item import MediaItem
from permissions.managers import ModelPermissionQuerySet
from permissions.models import Organization
from uploads.choices import UploadType
from uploads.models import Tag, Upload

IMAGE_TYPES = (UploadType.IMAGE, UploadType.EDITOR_IMAGE)


class ContentQuerySet(SoftDeletionMixin, ModelPermissionQuerySet):
    """Content, deleted or not."""


LiveContent = LiveManager.from_queryset(ContentQuerySet)


class Content(HasComputedColumns, models.Model):
    """A media item with texts, category, tags, price and thumbnail for its publication.

    Live content has usages of its media item and its thumbnail; deleted content has none, and loses the references when
    the files are purged. Only `services.contents` changes statuses.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="contents", verbose_name=_("organization")
    )
    title = models.CharField(_("title"), max_length=255)
    description = models.TextField(_("description"), max_length=20_000, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=ContentStatus, default=ContentStatus.DRAFT)
    media_item = models.ForeignKey(
        MediaItem, models.PROTECT, null=True, related_name="contents", verbose_name=_("media item")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="contents", verbose_name=_("category")
    )
    tags: models.ManyToManyField = models.ManyToManyField(
        Tag, through="ContentTag", related_name="contents", verbose_name=_("tags")
    )
    price = models.DecimalField(
        _("price"),
        max_digits=10,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(0)],
        help_text=_("US dollars."),
    )
    custom_thumbnail = models.ForeignKey(
        Upload,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"type__in": IMAGE_TYPES},
        help_text=_("Replaces the thumbnail of the media item."),
        verbose_name=_("custom thumbnail"),
    )
    search_text = SearchTextField(of=("title", "description"))
    title_sort = SortKeyField(of=("title",))
    published_at = models.DateTimeField(
        _("published at"), null=True, blank=True, help_text=_("Time of the first publication.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"))
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    everything = ContentQuerySet.as_manager()
    objects = LiveContent()

    class Meta:
        base_manager_name = "everything"
        default_manager_name = "objects"
        ordering = ["-created_at", "-id"]
        verbose_name = _("content")
        verbose_name_plural = _("content")
        indexes = [
            models.Index(
                F("organization"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at=None),
                name="content_live_newest",
            ),
            models.Index(
                F("organization"),
                F("status"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at=None),
                name="content_live_by_status",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="content_is_unique_in_organization"),
            SameOrganization(field="media_item", name="content_media_item_is_of_its_organization"),
            SameOrganization(field="category", name="content_category_is_of_its_organization"),
            SameOrganization(field="custom_thumbnail", name="content_thumbnail_is_of_its_organization"),
            models.CheckConstraint(condition=Q(status__in=ContentStatus.values), name="content_status_is_known"),
            models.CheckConstraint(condition=~Q(title=""), name="content_has_a_title"),
            models.CheckConstraint(condition=Q(price__gte=0), name="content_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(media_item__isnull=False) | Q(deleted_at__isnull=False),
                name="content_live_has_a_media_item",
            ),
            models.CheckConstraint(
                condition=~Q(status=ContentStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="content_published_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(deleted_by=None) | Q(deleted_at__isnull=False), name="content_deleter_implies_deletion"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class ContentTag(models.Model):
    """One tag on one content."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    content = models.ForeignKey(Content, models.CASCADE, related_name="content_tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="content_tags", db_index=False)  # the index below

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        indexes = [models.Index(fields=["tag", "content"], name="content_tag_by_tag")]
        constraints = [
            models.UniqueConstraint(fields=["content", "tag"], name="content_tag_is_unique"),
            SameOrganization(field="content", name="content_tag_content_is_of_its_organization"),
            SameOrganization(field="tag", name="content_tag_tag_is_of_its_organization"),
        ]

    def __str__(self) -> str:
        return str(self.tag)
