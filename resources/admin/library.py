"""Models, scenes and garments."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from common.db.transactions import transactional
from common.errors import NotFound
from permissions.admin import theme
from permissions.admin.base import TenantAdmin
from permissions.admin.tenant import admin_access
from permissions.choices import Permission
from resources.admin.library_form import PICTURES, LibraryForm
from resources.admin.library_pictures import picture_of_resource, shown_files
from resources.choices import ATTRIBUTES, FIELDS_OF, FileRole, LibraryStatus
from resources.models import LibraryResource
from resources.services.library import create_from_verified_files, delete_library_resource, update_library_resource
from uploads.serving.file_urls import asset_url

OFFERED = 50  # values of an attribute
NO_PICTURE = format_html(
    '<span class="thumbnail"><span class="material-symbols-outlined" aria-hidden="true">{}</span></span>', "image"
)


def attribute_filter(name: str) -> type[SimpleListFilter]:
    """A filter by the values of an attribute that the organization's resources have."""

    class AttributeFilter(SimpleListFilter):
        title = name.replace("_", " ")
        parameter_name = name

        def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
            rows = model_admin.get_queryset(request).exclude(**{name: ""}).order_by(name)
            return [(value, value) for value in rows.values_list(name, flat=True).distinct()[:OFFERED]]

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            return queryset.filter(**{name: self.value()}) if self.value() else queryset

    return AttributeFilter


@admin.register(LibraryResource)
class LibraryResourceAdmin(TenantAdmin):
    """Every write goes through the services, under the same rules as the API. Deleted ones come back with a file."""

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
    search_help_text = "Name and attributes"
    fields = ["type", "name", "status", *ATTRIBUTES, PICTURES]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(picture_key=picture_of_resource())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of one that exists, whose type stays, the fields of its type alone."""
        fields = super().get_fields(request, obj)
        others = set(ATTRIBUTES) - set(FIELDS_OF[obj.type]) if obj else set()
        return [name for name in fields if name not in others]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["type"] if obj else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
        return form

    # Columns

    @admin.display(description="picture")
    def picture(self, resource: Any) -> str:
        if not resource.picture_key:
            return NO_PICTURE
        address = asset_url("", resource.picture_key)
        return format_html('<span class="thumbnail"><img src="{}" alt="" loading="lazy"></span>', address)

    @theme.display(
        description="status",
        ordering="status",
        label={LibraryStatus.ACTIVE: "success", LibraryStatus.DRAFT: "info", LibraryStatus.ARCHIVED: "warning"},
    )
    def status_shown(self, resource: LibraryResource) -> tuple[str, str]:
        return resource.status, resource.get_status_display()

    @admin.display
    def attributes(self, resource: LibraryResource) -> str:
        return ", ".join(filter(None, (getattr(resource, name) for name in ATTRIBUTES)))

    @admin.display
    def pictures(self, resource: LibraryResource) -> str:
        """For those who may only look."""
        files = [(file["picture"], f"{file['role']}: {file['name']}") for file in shown_files(resource)]
        picture = '<span class="thumbnail"><img src="{}" alt="{}"></span>'
        return format_html('<div class="flex flex-wrap gap-2">{}</div>', format_html_join("", picture, files))

    # Writes

    def save_model(self, request: HttpRequest, obj: LibraryResource, form: Any, change: bool) -> None:
        if change:
            _update(obj, form)
        else:
            obj.pk = create_from_verified_files(access=form.acting, fields=form.said(), files=form.verified_files).pk
        obj.refresh_from_db()

    @admin.action(description="Activate: anybody sees them", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._turn(request, queryset, LibraryStatus.ACTIVE)

    @admin.action(description="Archive: they leave the public list", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._turn(request, queryset, LibraryStatus.ARCHIVED)

    @transactional
    def _turn(self, request: HttpRequest, queryset: QuerySet, status: LibraryStatus) -> None:
        rows = _locked(queryset.exclude(status=status))
        for resource in rows:
            update_library_resource(access=admin_access(request), resource=resource, fields={"status": status})
            self.log_change(request, resource, f"{status.label}.")
        self.message_user(request, f"{len(rows)} now {status.label.lower()}.")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The resources themselves; their files are many, and go into the trash from where they can come back."""
        names = [str(resource) for resource in objs]
        return names, {"library resources, with their files, into the trash": len(names)}, set(), []

    def delete_model(self, request: HttpRequest, obj: LibraryResource) -> None:
        self.delete_queryset(request, LibraryResource.objects.filter(pk=obj.pk))

    @transactional
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for resource in _locked(queryset):
            delete_library_resource(resource=resource, by=admin_access(request).user_id)


def _locked(rows: QuerySet) -> list[LibraryResource]:
    """Plain rows, locked in one order, whatever the list has put around them."""
    ids = list(rows.values_list("pk", flat=True))
    return list(LibraryResource.objects.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"))


@transactional
def _update(obj: LibraryResource, form: Any) -> None:
    """What is said and new files first, then the order of all of them. Raises NotFound where it is gone."""
    resource = LibraryResource.objects.select_for_update(of=("self",)).filter(pk=obj.pk).first()
    if resource is None:
        raise NotFound
    update_library_resource(access=form.acting, resource=resource, fields=form.said(), files=form.verified_files)
    present = resource.files.filter(role=FileRole.GALLERY).order_by("position").values_list("upload_id", flat=True)
    update_library_resource(access=form.acting, resource=resource, fields={}, gallery=form.gallery_among(list(present)))
