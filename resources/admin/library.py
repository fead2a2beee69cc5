"""Pages of library resources: models, scenes and garments."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.db.transactions import transactional
from common.errors import NotFound
from permissions.admin import theme
from permissions.admin.admin_types import DeletedObjects, FieldNames
from permissions.admin.base import TenantAdmin
from permissions.admin.tenant import admin_access
from permissions.choices import Permission
from resources.admin.library_form import PICTURES, LibraryForm
from resources.admin.library_pictures import form_files, picture_of_resource
from resources.choices import ATTRIBUTES, FIELDS_OF, FileRole, LibraryStatus
from resources.models import LibraryResource
from resources.services.library import create_from_verified_files, delete_library_resource, update_library_resource
from uploads.serving.file_urls import asset_url

MAX_CHOICES = 50  # values of an attribute in a filter
NO_PICTURE = format_html(
    '<span class="thumbnail"><span class="material-symbols-outlined" aria-hidden="true">{}</span></span>', "image"
)


def attribute_filter(name: str) -> type[SimpleListFilter]:
    """Return a filter by the values of an attribute."""

    class AttributeFilter(SimpleListFilter):
        title = cast(Any, LibraryResource._meta.get_field(name)).verbose_name
        parameter_name = name

        def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
            rows = model_admin.get_queryset(request).exclude(**{name: ""}).order_by(name)
            return [(value, value) for value in rows.values_list(name, flat=True).distinct()[:MAX_CHOICES]]

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            return queryset.filter(**{name: self.value()}) if self.value() else queryset

    return AttributeFilter


@admin.register(LibraryResource)
class LibraryResourceAdmin(TenantAdmin):
    """Library resources. Writes go through the services; a deleted resource is restored with one of its files."""

    form = LibraryForm
    grants = {
        "view": Permission.VIEW_LIBRARY_RESOURCE,
        "add": Permission.ADD_LIBRARY_RESOURCE,
        "change": Permission.CHANGE_LIBRARY_RESOURCE,
        "delete": Permission.DELETE_LIBRARY_RESOURCE,
    }
    actions = ["activate", "archive"]
    list_display = ["picture", "name", "type", "status_shown", "attributes", "created_at"]
    list_display_links = ["name"]
    list_filter = ["type", "status", *map(attribute_filter, ATTRIBUTES)]
    list_select_related = ["organization"]
    search_fields = ["search_text"]
    search_help_text = _("Name and attributes")
    fields = ["type", "name", "status", *ATTRIBUTES, PICTURES]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(picture_key=picture_of_resource())

    def get_fields(self, request: HttpRequest, obj: LibraryResource | None = None) -> FieldNames:
        """For an existing resource, whose type cannot change, only the fields of its type."""
        fields = super().get_fields(request, obj)
        others = set(ATTRIBUTES) - set(FIELDS_OF[obj.type]) if obj else set()
        return [name for name in fields if name not in others]

    def get_readonly_fields(self, request: HttpRequest, obj: LibraryResource | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["type"] if obj else [])]

    def get_form(
        self, request: HttpRequest, obj: LibraryResource | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        cast(type[LibraryForm], form).request = request
        return form

    # Columns

    @admin.display(description=_("picture"))
    def picture(self, resource: Any) -> str:
        if not resource.picture_key:
            return NO_PICTURE
        address = asset_url("", resource.picture_key)
        return format_html('<span class="thumbnail"><img src="{}" alt="" loading="lazy"></span>', address)

    @theme.display(
        description=_("status"),
        ordering="status",
        label={LibraryStatus.ACTIVE: "success", LibraryStatus.DRAFT: "info", LibraryStatus.ARCHIVED: "warning"},
    )
    def status_shown(self, resource: LibraryResource) -> tuple[str, str]:
        return resource.status, resource.get_status_display()

    @admin.display(description=_("attributes"))
    def attributes(self, resource: LibraryResource) -> str:
        return ", ".join(filter(None, (getattr(resource, name) for name in ATTRIBUTES)))

    @admin.display(description=_("pictures"))
    def pictures(self, resource: LibraryResource) -> str:
        """Shown to people without the permission to change."""
        files = [(file["picture"], f"{FileRole(file['role']).label}: {file['name']}") for file in form_files(resource)]
        picture = '<span class="thumbnail"><img src="{}" alt="{}"></span>'
        return format_html('<div class="flex flex-wrap gap-2">{}</div>', format_html_join("", picture, files))

    # Writes

    def save_model(self, request: HttpRequest, obj: LibraryResource, form: forms.ModelForm, change: bool) -> None:
        assert isinstance(form, LibraryForm)
        if change:
            _update(obj, form)
        else:
            obj.pk = create_from_verified_files(
                access=form.acting_access, fields=form.resource_fields(), files=form.verified_files
            ).pk
        obj.refresh_from_db()

    @admin.action(description=_("Activate: visible to everyone"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._set_status(request, queryset, LibraryStatus.ACTIVE)

    @admin.action(description=_("Archive: remove from the public list"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._set_status(request, queryset, LibraryStatus.ARCHIVED)

    @transactional
    def _set_status(self, request: HttpRequest, queryset: QuerySet, status: LibraryStatus) -> None:
        rows = _locked(queryset.exclude(status=status))
        for resource in rows:
            update_library_resource(access=admin_access(request), resource=resource, fields={"status": status})
            self.log_change(request, resource, f"{status.label}.")
        counts = {"status": status.label, "count": len(rows)}
        self.message_user(request, gettext("%(status)s: %(count)s") % counts)

    def get_deleted_objects(self, objs: Iterable[LibraryResource], request: HttpRequest) -> DeletedObjects:
        """Only the resources: their files are many, and can be restored from the trash."""
        names = [str(resource) for resource in objs]
        return names, {gettext("library resources moved to the trash with their files"): len(names)}, set(), []

    def delete_model(self, request: HttpRequest, obj: LibraryResource) -> None:
        self.delete_queryset(request, LibraryResource.objects.filter(pk=obj.pk))

    @transactional
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for resource in _locked(queryset):
            delete_library_resource(resource=resource, by=admin_access(request).user_id)


def _locked(rows: QuerySet) -> list[LibraryResource]:
    """Return the rows locked in order of id, without the annotations of the list."""
    ids = list(rows.values_list("pk", flat=True))
    return list(LibraryResource.objects.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"))


@transactional
def _update(obj: LibraryResource, form: LibraryForm) -> None:
    """Update the fields and add new files, then set the order of the gallery. Raises NotFound."""
    resource = LibraryResource.objects.select_for_update(of=("self",)).filter(pk=obj.pk).first()
    if resource is None:
        raise NotFound
    update_library_resource(
        access=form.acting_access, resource=resource, fields=form.resource_fields(), files=form.verified_files
    )
    present = resource.files.filter(role=FileRole.GALLERY).order_by("position").values_list("upload_id", flat=True)
    update_library_resource(
        access=form.acting_access, resource=resource, fields={}, gallery=form.gallery_among(list(present))
    )
