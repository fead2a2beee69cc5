"""Tags of files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.db.computed_columns import HasComputedColumns, SearchTextField, SortKeyField
from common.db.ids import new_id
from permissions.models import Organization


class Tag(HasComputedColumns, models.Model):
    """A tag of one organization. `name` is as first written; `slug` is its normalized form (NFC, trimmed, folded)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, verbose_name=_("organization"), related_name="tags")
    name = models.CharField(_("name"), max_length=50)
    slug = models.CharField(max_length=150, help_text=_("Normalized name; decides whether two tags are the same."))
    search_text = SearchTextField(of=("name",))
    name_sort = SortKeyField(of=("name",))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name_sort", "id"]
        default_permissions = ()
        indexes = [models.Index(fields=["organization", "name_sort", "id"], name="tag_by_name")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="tag_is_unique_in_organization"),
            models.UniqueConstraint(fields=["organization", "id"], name="tag_id_is_unique_in_organization"),
            models.CheckConstraint(condition=~models.Q(slug=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class UploadTag(models.Model):
    """One tag on one upload."""

    upload = models.ForeignKey("Upload", models.CASCADE, related_name="upload_tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="upload_tags", db_index=False)  # the index below

    class Meta:
        verbose_name = _("upload tag")
        verbose_name_plural = _("upload tags")
        ordering = ["id"]
        default_permissions = ()
        indexes = [models.Index(fields=["tag", "upload"], name="upload_tag_by_tag")]
        constraints = [models.UniqueConstraint(fields=["upload", "tag"], name="upload_tag_is_unique")]

    def __str__(self) -> str:
        return str(self.tag)
