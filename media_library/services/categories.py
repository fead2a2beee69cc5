"""Categories: create, update and delete."""

from typing import TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from common.db.transactions import transactional
from common.errors import InUse, Invalid
from media_library.models import Category, Content
from permissions.access import Access
from uploads.files.edit import normalize_name, normalize_text
from uploads.files.tag_names import tag_slug

MAX_LISTED = 200  # contents in an error


class CategoryFields(TypedDict, total=False):
    """The writable fields of a category. The default slug is made from the name."""

    name: str
    slug: str
    description: str


@transactional
def create_category(*, organization_id: UUID, fields: CategoryFields) -> Category:
    """Create a category. Raises the errors of `update_category`."""
    category = Category(organization_id=organization_id)
    update_category(category=category, fields=fields)
    return category


@transactional
def update_category(*, category: Category, fields: CategoryFields) -> None:
    """Update a category that is new or locked by the caller's transaction.

    Raises Invalid (`unique`) for a name or slug that another category of the organization has.
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
    except IntegrityError:  # another transaction was faster
        _require_unique(category)
        raise


@transactional
def delete_category(*, access: Access, category: Category) -> None:
    """Delete a category without live content; content in the trash loses it.

    Raises InUse with the content that the caller may see, at most MAX_LISTED.
    """
    Category.objects.select_for_update().get(pk=category.pk)
    if Content.objects.filter(category=category).exists():
        visible = Content.objects.allowing(access, "view").filter(category=category).values_list("pk", "title")
        items = [{"id": str(pk), "title": title} for pk, title in visible[:MAX_LISTED]]
        raise InUse(_("There is content in this category."), items=items)
    Content.everything.filter(category=category).update(category=None)
    category.delete()


def _free_slug(category: Category) -> str:
    """Return a slug made from the name, with a number if it is taken."""
    base = slugify(category.name, allow_unicode=True)[:90] or "category"
    taken = set(_others(category).filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)


def _require_unique(category: Category) -> None:
    messages = {
        "name": _("A category with this name exists already."),
        "slug": _("A category with this slug exists already."),
    }
    for attr, column in (("name", "name_key"), ("slug", "slug")):
        if _others(category).filter(**{column: getattr(category, column)}).exists():
            raise Invalid(messages[attr], attr=attr, code="unique")


def _others(category: Category) -> QuerySet[Category]:
    return Category.objects.filter(organization_id=category.organization_id).exclude(pk=category.pk)
