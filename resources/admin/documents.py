"""Pages of documents."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from permissions.access import Access, permits
from permissions.admin.admin_types import DeletedObjects, FieldNames
from permissions.admin.base import TenantAdmin
from permissions.admin.tenant import admin_access, has_organization
from permissions.admin.tenant_form import TenantForm
from permissions.choices import Action, Permission
from resources.models import Resource
from resources.services.documents import create_from_upload
from uploads.admin.chooser import UploadChooserMixin
from uploads.choices import UploadType
from uploads.files.bulk import Selection, bulk_delete
from uploads.models import Upload
from uploads.serving.file_urls import download_url

FACTS = ("file", "mime_type", "size", "pages", "attached", "created_at")


class ResourceForm(TenantForm):
    """Takes an upload of type DOCUMENT that is not yet a document: an existing one, or a new upload."""

    class Meta:
        model = Resource
        fields = ["upload"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "upload" in self.fields:
            field = cast(Any, self.fields["upload"])
            field.queryset = field.queryset.filter(type=UploadType.DOCUMENT)
            field.help_text = _("Choose a document that you may edit and that is not in this list yet, or upload one.")

    def clean_upload(self) -> Upload:
        """Check what the service requires: the caller may edit the file."""
        upload = self.cleaned_data["upload"]
        if Resource.everything.filter(upload=upload).exists():
            self.add_error("upload", _("This file is a document already."))
        if not permits(self.access, Action.EDIT, upload.uploaded_by_id):
            self.add_error("upload", _("You may not edit this file."))
        self.instance.organization_id = upload.organization_id
        return upload


@admin.register(Resource)
class ResourceAdmin(UploadChooserMixin, TenantAdmin):
    """Documents. Their texts and access are those of their files, and are changed there."""

    form = ResourceForm
    grants = {
        "view": Permission.VIEW_RESOURCE,
        "add": Permission.ADD_RESOURCE,
        "delete": Permission.DELETE_RESOURCE,
    }
    names_organization = False  # its file does
    list_display = ["title", "mime_type", "size", "pages", "attached", "created_at"]
    list_select_related = ["upload", "organization"]
    search_fields = ["upload__search_text"]
    autocomplete_fields = ["upload"]
    upload_fields = {"upload": [UploadType.DOCUMENT]}
    follows_usages = False  # entities use a document, not the document its file
    fields = ["upload"]

    def in_organization(self, rows: QuerySet, access: Access) -> QuerySet:
        return cast(Any, rows).allowing(access, Action.VIEW) if has_organization(access) else rows.none()

    def allows(self, request: HttpRequest, verb: str, row: Resource) -> bool:
        return verb == "view" or permits(admin_access(request), Action.DELETE, row.upload.uploaded_by_id)

    def get_fields(self, request: HttpRequest, obj: Resource | None = None) -> FieldNames:
        return [*FACTS] if obj else ["upload"]

    def get_readonly_fields(self, request: HttpRequest, obj: Resource | None = None) -> list[str]:
        return [*FACTS] if obj else []

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose by name when acting in all organizations: the dialog shows the files of one."""
        if admin_access(request).everywhere:
            return super(UploadChooserMixin, self).formfield_for_dbfield(db_field, request, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # Columns

    @admin.display(description=gettext_lazy("title"), ordering="upload__name_sort")
    def title(self, resource: Resource) -> str:
        return str(resource)

    @admin.display(description=gettext_lazy("file"))
    def file(self, resource: Resource) -> SafeString:
        address = download_url("", resource.pk, resource.upload.filename)
        return format_html('<a class="text-primary-600" href="{}">{}</a>', address, resource.upload.original_filename)

    @admin.display(description=gettext_lazy("type"))
    def mime_type(self, resource: Resource) -> str:
        return resource.upload.mime_type

    @admin.display(description=gettext_lazy("size"), ordering="upload__size")
    def size(self, resource: Resource) -> str:
        return filesizeformat(resource.upload.size)

    @admin.display(description=gettext_lazy("pages"))
    def pages(self, resource: Resource) -> int | None:
        return resource.upload.page_count

    @admin.display(description=gettext_lazy("used in"), ordering="upload__usage_count")
    def attached(self, resource: Resource) -> int:
        return resource.upload.usage_count

    # Writes

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        assert isinstance(obj, Resource)
        create_from_upload(access=admin_access(request), upload_id=obj.upload_id, details={})
        obj._state.adding = False

    def get_deleted_objects(self, objs: Iterable[Resource], request: HttpRequest) -> DeletedObjects:
        """The documents, those that the caller may not delete, and those that are attached."""
        rows = list(objs)
        denied = {_("document of another person") for row in rows if not self.has_delete_permission(request, row)}
        used = [
            ngettext("%(document)s is used in %(count)s place", "%(document)s is used in %(count)s places", count)
            % {"document": row, "count": count}
            for row in rows
            if (count := row.upload.usage_count)
        ]
        return [str(row) for row in rows], {_("documents moved to the trash"): len(rows)}, denied, used

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._trash(request, [obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._trash(request, list(queryset.values_list("pk", flat=True)))

    def _trash(self, request: HttpRequest, ids: list[UUID]) -> None:
        outcome = bulk_delete(access=admin_access(request), selection=Selection(Upload.objects.all(), ids))
        kept = len(ids) - len(outcome.deleted)
        if kept:
            sentence = _("%(kept)s of %(total)s were not deleted: they are in use, or were changed meanwhile.")
            self.message_user(request, sentence % {"kept": kept, "total": len(ids)}, messages.ERROR)
