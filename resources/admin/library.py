"""Models, scenes and garments."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from permissions.admin import theme
from permissions.admin.binding import admin_access
from permissions.admin.governed import TenantAdmin
from permissions.choices import Permission
from permissions.transactions import transactional
from resources.admin.library_form import PICTURES, LibraryForm, shown_files
from resources.choices import ATTRIBUTES, FileRole, LibraryStatus
from resources.models import LibraryResource
from resources.services.library import create_of_arrivals, delete_library_resource, update_library_resource
from uploads.addresses import asset_url
from uploads.choices import RenditionKind
from uploads.models import Rendition

OFFERED = 50  # values of an attribute


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
    list_display = ["picture", "name", "type", "status_shown", "attributes", "created_at"]
    list_display_links = ["picture", "name"]
    list_filter = ["type", "status", *map(attribute_filter, ATTRIBUTES)]
    list_select_related = ["organization"]
    search_fields = ["search_text"]
    search_help_text = "Name and attributes"
    fields = ["type", "name", "status", *ATTRIBUTES, PICTURES]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        made = Rendition.objects.filter(
            kind=RenditionKind.SMALL,
            upload__library_file__resource=OuterRef("pk"),
            upload__library_file__role=FileRole.ORIGINAL,
        )
        return super().get_queryset(request).annotate(picture_key=Subquery(made.values("key")[:1]))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet, bool]:
        return queryset.found(search_term), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["type"] if obj else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
        return form

    # Columns

    @admin.display(description="")
    def picture(self, resource: Any) -> str:
        if not resource.picture_key:
            return "-"
        return format_html('<img class="library-thumb" src="{}" alt="">', asset_url("", resource.picture_key))

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
        files = [(file["picture"], file["role"]) for file in shown_files(resource)]
        return format_html_join(" ", '<img class="library-thumb" src="{}" alt="{}">', files) or "-"

    # Writes

    def save_model(self, request: HttpRequest, obj: LibraryResource, form: Any, change: bool) -> None:
        if change:
            _update(obj, form)
        else:
            obj.pk = create_of_arrivals(access=form.acting, fields=form.said(), arrivals=form.arrivals).pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: LibraryResource) -> None:
        self.delete_queryset(request, LibraryResource.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        by = admin_access(request).user_id
        ids = list(queryset.values_list("pk", flat=True))
        with transaction.atomic():
            rows = LibraryResource.objects.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
            for resource in rows:
                delete_library_resource(resource=resource, by=by)


@transactional
def _update(obj: LibraryResource, form: Any) -> None:
    """What is said and new files first, then the order of all of them."""
    resource = LibraryResource.objects.select_for_update(of=("self",)).get(pk=obj.pk)
    update_library_resource(access=form.acting, resource=resource, fields=form.said(), arrivals=form.arrivals)
    update_library_resource(access=form.acting, resource=resource, fields={}, gallery=form.gallery)
