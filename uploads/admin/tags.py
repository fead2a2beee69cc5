"""The tags of an organization."""

from collections.abc import Iterable
from typing import Protocol

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from permissions.admin.admin_types import DeletedObjects
from permissions.admin.base import TenantAdmin
from permissions.choices import Permission
from uploads.admin.tag_fields import NamedForm
from uploads.files.tag_names import tag_error
from uploads.files.tags import delete_tag, rename_tag
from uploads.models import Tag, UploadTag


class TagForm(NamedForm):
    """One name is one tag."""

    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self) -> str:
        name = super().clean_name()
        if error := tag_error(name):
            raise ValidationError(error, code="invalid")
        return name


class TagWithFiles(Protocol):
    """A tag of the list, with the number of files that have it."""

    files: int


@admin.register(Tag)
class TagAdmin(TenantAdmin[Tag]):
    form = TagForm
    grants = {
        "view": Permission.MEDIA_VIEW,
        "add": Permission.MEDIA_EDIT_ALL,
        "change": Permission.MEDIA_EDIT_ALL,
        "delete": Permission.MEDIA_EDIT_ALL,
    }
    list_display = ["name", "files"]
    search_fields = ["search_text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        """Add the number of files of each tag."""
        uses = UploadTag.objects.filter(tag=OuterRef("pk")).order_by().values("tag").annotate(n=Count("pk")).values("n")
        # A subquery runs for the rows of the page alone, a join would group the whole table.
        rows = super().get_queryset(request).select_related("organization")
        return rows.annotate(files=Coalesce(Subquery(uses), 0))

    def save_model(self, request: HttpRequest, obj: Tag, form: TagForm, change: bool) -> None:
        """Rename through the service, which files and search follow."""
        if change:
            rename_tag(tag=obj, name=obj.name)
        else:
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        delete_tag(tag=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        for tag in queryset:
            delete_tag(tag=tag)

    def get_deleted_objects(self, objs: Iterable[Tag], request: HttpRequest) -> DeletedObjects:
        """Return the tags alone: every file loses them, also those that the person may not see."""
        names = [str(tag) for tag in objs]
        return names, {gettext("tags"): len(names)}, set(), []

    @admin.display(ordering="files", description=gettext_lazy("files"))
    def files(self, tag: TagWithFiles) -> int:
        return tag.files
