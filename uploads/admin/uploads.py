"""The table of files."""

from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from permissions.access import Access, OwnershipScope, ownership_scope, permits
from permissions.admin import theme
from permissions.admin.base import TenantAdmin
from permissions.admin.filters import RelatedHereFilter
from permissions.admin.tenant import admin_access, is_bound
from permissions.choices import Action, Permission, Visibility
from permissions.models import Role, User
from uploads.admin.activity import HistoryMixin
from uploads.admin.browser import BrowserMixin
from uploads.admin.details_form import UploadDetailsForm
from uploads.admin.pages import OrphansMixin, StorageMixin, TrashMixin
from uploads.admin.upload_form import UploadFileForm
from uploads.files.bulk import Selection, bulk_delete
from uploads.files.edit import edit_upload
from uploads.models import Activity, Upload
from uploads.serving.file_urls import download_url, file_url, thumbnail_url

ACTIONS = {"change": Action.EDIT, "delete": Action.DELETE}
ICONS = {"VIDEO": "movie", "AUDIO": "music_note", "DOCUMENT": "description"}
MEASURED = ["file", "type", "mime_type", "size_shown", "dimensions", "organization", "uploaded_by", "usage_count"]


@admin.register(Upload)
class UploadAdmin(BrowserMixin, StorageMixin, TrashMixin, OrphansMixin, HistoryMixin, TenantAdmin):
    """Every file that the person may see; changed and deleted through the services, under the same rule as the API."""

    form = UploadDetailsForm
    grants = {"view": Permission.MEDIA_VIEW, "add": Permission.MEDIA_UPLOAD}
    list_display = ["thumbnail", "name", "type", "size_shown", "uploaded_by", "visibility_shown", "created_at"]
    list_display_links = ["thumbnail", "name"]
    list_filter = ["type", "visibility", ("uploaded_by", RelatedHereFilter), ("tags", RelatedHereFilter), "created_at"]
    list_select_related = ["uploaded_by", "organization"]
    search_fields = ["search_text"]
    search_help_text = "File names, title, description and tags"
    fieldsets: Any = [
        (None, {"fields": ["title", "description", "alt_text", "category", "tag_names"]}),
        ("Access", {"fields": ["visibility", "allowed_roles"]}),
        ("File", {"fields": [*MEASURED, "created_at", "updated_at"]}),
    ]
    readonly_fields = [*MEASURED, "created_at", "updated_at"]

    def in_organization(self, rows: QuerySet, access: Access) -> QuerySet:
        if not is_bound(access) or not access.has(Permission.MEDIA_VIEW):
            return rows.none()
        return cast(Any, rows).allowing(access, Action.VIEW)

    def may(self, request: HttpRequest, verb: str, row: Any = None) -> bool:
        """Changing and deleting follow ownership; everything needs the right to use the library at all."""
        access = admin_access(request)
        if verb not in ACTIONS:
            return super().may(request, verb, row)
        if not access.has(Permission.MEDIA_VIEW):
            return False
        if row is None:
            return ownership_scope(access, ACTIONS[verb]) is not OwnershipScope.NO_ROW
        return permits(access, ACTIONS[verb], row.uploaded_by_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else []

    # Columns

    @admin.display(description="")
    def thumbnail(self, upload: Upload) -> SafeString:
        if not upload.has_thumbnail:
            icon = ICONS.get(upload.type, "image")
            return format_html(
                '<span class="thumbnail"><span class="material-symbols-outlined" aria-hidden="true">{}</span>'
                '<span class="visually-hidden">{}</span></span>',
                icon,
                upload.get_type_display(),
            )
        source = thumbnail_url("", upload.pk, upload.filename)
        return format_html(
            '<span class="thumbnail"><img src="{}" alt="{}" loading="lazy"></span>', source, upload.alt_text or upload
        )

    @admin.display(description="name", ordering="name_sort")
    def name(self, upload: Upload) -> str:
        return str(upload)

    @admin.display(description="size", ordering="size")
    def size_shown(self, upload: Upload) -> str:
        return filesizeformat(upload.size)

    @admin.display(description="dimensions")
    def dimensions(self, upload: Upload) -> str:
        return f"{upload.width} x {upload.height}" if upload.width else "-"

    @theme.display(
        description="visibility",
        ordering="visibility",
        label={Visibility.PUBLIC: "success", Visibility.ROLE_BASED: "info", Visibility.PRIVATE: "warning"},
    )
    def visibility_shown(self, upload: Upload) -> tuple[str, str]:
        return upload.visibility, upload.get_visibility_display()

    @admin.display(description="file")
    def file(self, upload: Upload) -> SafeString:
        """Both ways lead through the place that checks access and never shows scripts inline."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}" target="_blank" rel="noopener">{}</a> '
            '· <a class="text-primary-600 dark:text-primary-500" href="{}">Download</a>',
            file_url("", upload.pk, upload.filename),
            upload.original_filename,
            download_url("", upload.pk, upload.filename),
        )

    # What the form's own fields show to those who may only look

    @admin.display(description="tags")
    def tag_names(self, upload: Upload) -> str:
        return ", ".join(upload.tags.values_list("name", flat=True)) or "-"

    @admin.display(description="allowed roles")
    def allowed_roles(self, upload: Upload) -> str:
        groups = upload.group_perms.values("group_id")
        return ", ".join(Role.objects.filter(group_id__in=groups).values_list("name", flat=True)) or "-"

    # Writes

    def changed_by(self, row: Upload, since: datetime) -> str:
        """The history also knows changes over the API."""
        last = Activity.objects.filter(upload_id=row.pk, created_at__gte=since).order_by("-created_at", "-id").first()
        return last.actor_name if last else ""

    def save_model(self, request: HttpRequest, obj: Upload, form: Any, change: bool) -> None:
        with transaction.atomic():
            locked = Upload.objects.select_for_update(of=("self",)).get(pk=obj.pk)
            edit_upload(upload=locked, details=form.details(), by=admin_access(request).user_id)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Upload one file. Not Django's own view: its transaction would span the storing of the bytes."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self._upload_form(request)
        if request.method == "POST" and form.is_valid() and (upload := form.store(cast(User, request.user))):
            self.log_addition(request, upload, [{"added": {}}])
            self.message_user(request, f"{upload} was uploaded.", messages.SUCCESS)
            return redirect("admin:uploads_upload_change", upload.pk)
        context = {**self.admin_site.each_context(request), "title": "Upload a file", "form": form}
        return TemplateResponse(request, "admin/uploads/upload_form.html", context)

    def _upload_form(self, request: HttpRequest) -> UploadFileForm:
        everywhere = admin_access(request).everywhere
        fields = ["organization"] if everywhere else []
        form_class = self.get_form(request, None, form=UploadFileForm, fields=[*fields, *UploadFileForm.ORDER])
        return form_class(request.POST or None, request.FILES or None)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What the confirmation says: the files themselves, those one may not delete, and those in use."""
        rows = list(objs)
        denied = {"file of somebody else" for row in rows if not self.has_delete_permission(request, row)}
        in_use = [f"{row} is used in {row.usage_count} place(s)" for row in rows if row.usage_count]
        return [str(row) for row in rows], {"files into the trash": len(rows)}, denied, in_use

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        self._trash(request, [obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._trash(request, list(queryset.values_list("pk", flat=True)))

    def _trash(self, request: HttpRequest, ids: list) -> None:
        outcome = bulk_delete(access=admin_access(request), selection=Selection(Upload.objects.all(), ids))
        kept = len(ids) - len(outcome.deleted)
        if kept:
            self.message_user(request, f"{kept} of {len(ids)} were kept: in use, or changed meanwhile.", messages.ERROR)
