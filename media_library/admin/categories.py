"""Categories."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from media_library.models import Category, Content
from media_library.services.categories import CategoryFields, create_category, delete_category, update_category
from permissions.admin.admin_types import DeletedObjects
from permissions.admin.base import TenantAdmin
from permissions.admin.tenant import admin_access
from permissions.choices import Permission
from uploads.admin.tag_fields import NamedForm

FIELDS = ("name", "slug", "description")


class CategoryForm(NamedForm):
    """The form of a category, whose name is unique."""

    key_field = "name_key"

    class Meta:
        model = Category
        fields = FIELDS
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("The name in URLs; empty: made from the name.")

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"].lower()


@admin.register(Category)
class CategoryAdmin(TenantAdmin):
    """Categories. One with content cannot be deleted."""

    form = CategoryForm
    grants = {
        "view": Permission.VIEW_CATEGORY,
        "add": Permission.ADD_CATEGORY,
        "change": Permission.CHANGE_CATEGORY,
        "delete": Permission.DELETE_CATEGORY,
    }
    list_display = ["name", "slug", "contents"]
    list_select_related = ["organization"]
    search_fields = ["search_text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = Content.objects.filter(category=OuterRef("pk")).order_by().values("category").annotate(n=Count("pk"))
        return super().get_queryset(request).annotate(used=Coalesce(Subquery(rows.values("n")), 0))

    @admin.display(ordering="used", description=_("content"))
    def contents(self, category: Any) -> int:
        return category.used

    def save_model(self, request: HttpRequest, obj: Category, form: forms.ModelForm, change: bool) -> None:
        fields = cast(CategoryFields, {name: form.cleaned_data[name] for name in FIELDS if name in form.cleaned_data})
        if change:
            update_category(category=obj, fields=fields)
        else:
            created = create_category(organization_id=obj.organization_id, fields=fields)
            obj.pk, obj.slug = created.pk, created.slug

    def get_deleted_objects(self, objs: Iterable[Category], request: HttpRequest) -> DeletedObjects:
        """The categories, and those with content, which cannot be deleted."""
        rows = list(objs)
        used = Content.objects.filter(category__in=[row.pk for row in rows]).values_list("category", flat=True)
        protected = [
            gettext("There is content in %(category)s") % {"category": row} for row in rows if row.pk in set(used)
        ]
        return [str(row) for row in rows], {gettext("categories"): len(rows)}, set(), protected

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        delete_category(access=admin_access(request), category=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for category in queryset.order_by("pk"):
            delete_category(access=admin_access(request), category=category)
