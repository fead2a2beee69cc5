"""Categories of content."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.db.computed_columns import HasComputedColumns, SearchTextField, SortKeyField
from common.db.ids import new_id
from permissions.managers import ModelPermissionQuerySet
from permissions.models import Organization


class Category(HasComputedColumns, models.Model):
    """A category of content in one organization. Names are unique, whatever their case and spacing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="categories", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(
        _("slug"), max_length=100, allow_unicode=True, db_index=False, help_text=_("The name in URLs.")
    )
    name_key = models.CharField(max_length=300, editable=False, help_text=_("The normalized name, which is unique."))
    search_text = SearchTextField(of=("name",))
    name_sort = SortKeyField(of=("name",))
    description = models.TextField(_("description"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ModelPermissionQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "id"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="category_slug_is_unique_in_organization"),
            models.UniqueConstraint(
                fields=["organization", "name_key"], name="category_name_is_unique_in_organization"
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="category_is_unique_in_organization"),
            models.CheckConstraint(condition=~Q(name_key="") & ~Q(slug=""), name="category_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
