"""Categories: named, renamed and deleted."""

from typing import TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from common.db.transactions import transactional
from common.errors import InUse, Invalid
from media_library.models import Category, Content
from permissions.access import Access
from uploads.files.edit import normalize_name, normalize_text
from uploads.files.tag_names import tag_slug

NAMED = 200  # contents that an error lists


class CategoryFields(TypedDict, total=False):
    """What can be said of a category. Without a slug a new one gets it from its name."""

    name: str
    slug: str
    description: str


@transactional
def create_category(*, organization_id: UUID, fields: CategoryFields) -> Category:
    """Make a category. Raises as `update_category`."""
    category = Category(organization_id=organization_id)
    update_category(category=category, fields=fields)
    return category


@transactional
def update_category(*, category: Category, fields: CategoryFields) -> None:
    """Write `fields` on a category that is new or locked by the caller's transaction.

    Raises Invalid (`unique`) for a name or slug that the organization has already.
    """
    if "name" in fields:
        category.name = normalize_name(fields["name"])
        category.name_key = tag_slug(category.name)
    if "description" in fields:
        category.description = normalize_text(fields["description"])
    category.slug = fields.get("slug", "").lower() or category.slug or _free_slug(category)
    _require_unique(category)
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError:  # somebody else was faster
        _require_unique(category)
        raise


@transactional
def delete_category(*, access: Access, category: Category) -> None:
    """Delete a category that no live content is in; deleted content loses it.

    Raises InUse, naming the content that the caller may see.
    """
    Category.objects.select_for_update().get(pk=category.pk)
    if Content.objects.filter(category=category).exists():
        shown = Content.objects.allowing(access, "view").filter(category=category).values_list("pk", "title")
        named = [{"id": str(pk), "title": title} for pk, title in shown[:NAMED]]
        raise InUse("There is content in this category.", items=named)
    Content.everything.filter(category=category).update(category=None)
    category.delete()


def _free_slug(category: Category) -> str:
    """A slug made of the name, with a number where it is taken."""
    base = slugify(category.name, allow_unicode=True)[:90] or "category"
    taken = set(_others(category).filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)


def _require_unique(category: Category) -> None:
    for attr, column in (("name", "name_key"), ("slug", "slug")):
        if _others(category).filter(**{column: getattr(category, column)}).exists():
            raise Invalid(f"A category with this {attr} exists already.", attr=attr, code="unique")


def _others(category: Category):
    return Category.objects.filter(organization_id=category.organization_id).exclude(pk=category.pk)
