"""The admin of files."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from permissions.access import Access, OwnershipScope, ownership_scope, permits
from permissions.admin import theme
from permissions.admin.admin_types import DeletedObjects, Fieldsets
from permissions.admin.base import TenantAdmin
from permissions.admin.filters import RelatedInOrganizationFilter
from permissions.admin.tenant import admin_access, has_organization
from permissions.choices import Action, Permission, Visibility
from permissions.models import Role
from uploads.admin.browser import PAGES as BROWSER_PAGES
from uploads.admin.details_form import UploadDetailsForm
from uploads.admin.metadata import metadata_list
from uploads.admin.pages import PAGES
from uploads.admin.pages.orphans import REQUIRED
from uploads.files.bulk import Selection, bulk_delete
from uploads.files.edit import edit_upload
from uploads.metadata.fields import without_location
from uploads.models import Activity, Upload
from uploads.querysets import UploadQuerySet
from uploads.serving.file_urls import download_url, file_url, thumbnail_url

ACTIONS = {"change": Action.EDIT, "delete": Action.DELETE}
ICONS = {"VIDEO": "movie", "AUDIO": "music_note", "DOCUMENT": "description"}
MEASURED = ["file", "type", "mime_type", "size_shown", "dimensions", "organization", "uploaded_by", "usage_count"]


@admin.register(Upload)
class UploadAdmin(TenantAdmin[Upload]):
    """Files that the person may see. Services change and delete them, under the same rule as in the API."""

    form = UploadDetailsForm
    extra_pages = (*BROWSER_PAGES, *PAGES)
    grants = {"view": Permission.MEDIA_VIEW, "add": Permission.MEDIA_UPLOAD}
    list_display = ["thumbnail", "name", "type", "size_shown", "uploaded_by", "visibility_shown", "created_at"]
    list_display_links = ["thumbnail", "name"]
    list_filter = [
        "type",
        "visibility",
        ("uploaded_by", RelatedInOrganizationFilter),
        ("tags", RelatedInOrganizationFilter),
        "created_at",
    ]
    list_select_related = ["uploaded_by", "organization"]
    search_fields = ["search_text"]
    search_help_text = _("File names, title, description, tags, caption, keywords and credit")
    fieldsets: ClassVar[Fieldsets] = [
        (None, {"fields": ["title", "description", "alt_text", "category", "tag_names"]}),
        (_("Access"), {"fields": ["visibility", "allowed_roles"]}),
        (_("File"), {"fields": [*MEASURED, "created_at", "updated_at"]}),
        (_("From the file itself"), {"fields": ["metadata_shown"]}),
    ]
    readonly_fields = [*MEASURED, "created_at", "updated_at", "metadata_shown"]

    def in_organization(self, rows: QuerySet[Upload], access: Access) -> QuerySet[Upload]:
        """Return the files that the person may see, by the same rule as the API's list."""
        if not has_organization(access) or not access.has(Permission.MEDIA_VIEW):
            return rows.none()
        return cast(UploadQuerySet, rows).allowing(access, Action.VIEW)

    def may(self, request: HttpRequest, verb: str, row: Upload | None = None) -> bool:
        """Apply ownership to changes and deletions; all verbs need the permission to use the library."""
        access = admin_access(request)
        if verb not in ACTIONS:
            return super().may(request, verb, row)
        if not access.has(Permission.MEDIA_VIEW):
            return False
        if row is None:
            return ownership_scope(access, ACTIONS[verb]) is not OwnershipScope.NO_ROW
        return permits(access, ACTIONS[verb], row.uploaded_by_id)

    def has_purge_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may delete any file for good."""
        return ownership_scope(admin_access(request), Action.PURGE) is not OwnershipScope.NO_ROW

    def has_audit_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may audit and clean stores; reports name keys."""
        return all(admin_access(request).has(permission) for permission in REQUIRED)

    def has_watch_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may see figures of all organizations together."""
        return bool(getattr(request.user, "is_superuser", False))

    def get_readonly_fields(self, request: HttpRequest, obj: Upload | None = None) -> list[str]:
        return list(self.readonly_fields) if obj else []

    # Columns

    @admin.display(description="")
    def thumbnail(self, upload: Upload) -> SafeString:
        """Return the picture of the file, or the symbol of its type."""
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

    @admin.display(description=_("name"), ordering="name_sort")
    def name(self, upload: Upload) -> str:
        return str(upload)

    @admin.display(description=_("size"), ordering="size")
    def size_shown(self, upload: Upload) -> str:
        return filesizeformat(upload.size)

    @admin.display(description=_("dimensions"))
    def dimensions(self, upload: Upload) -> str:
        return f"{upload.width} x {upload.height}" if upload.width else "-"

    @theme.display(
        description=_("visibility"),
        ordering="visibility",
        label={Visibility.PUBLIC: "success", Visibility.ROLE_BASED: "info", Visibility.PRIVATE: "warning"},
    )
    def visibility_shown(self, upload: Upload) -> tuple[str, str]:
        return upload.visibility, upload.get_visibility_display()

    @admin.display(description=_("file"))
    def file(self, upload: Upload) -> SafeString:
        """Return links to view and to download the file; `serving` checks access."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}" target="_blank" rel="noopener">{}</a> '
            '· <a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            file_url("", upload.pk, upload.filename),
            upload.original_filename,
            download_url("", upload.pk, upload.filename),
            gettext("Download"),
        )

    # In place of the form's fields, for people who may only view

    @admin.display(description=_("tags"))
    def tag_names(self, upload: Upload) -> str:
        return ", ".join(upload.tags.values_list("name", flat=True)) or "-"

    @admin.display(description=_("allowed roles"))
    def allowed_roles(self, upload: Upload) -> str:
        groups = upload.group_perms.values("group_id")
        return ", ".join(Role.objects.filter(group_id__in=groups).values_list("name", flat=True)) or "-"

    @admin.display(description=_("metadata"))
    def metadata_shown(self, upload: Upload) -> str:
        """Return what the file says of itself, but for its place, which the media browser shows to editors."""
        return metadata_list(without_location(upload.metadata))

    # Writes

    def changed_by(self, row: Upload, since: datetime) -> str:
        """Return the name of the last editor from the file's history, which also has changes over the API."""
        last = Activity.objects.filter(upload_id=row.pk, created_at__gte=since).order_by("-created_at", "-id").first()
        return last.actor_name if last else ""

    def save_model(self, request: HttpRequest, obj: Upload, form: UploadDetailsForm, change: bool) -> None:
        """Write through the service, with the row locked."""
        with transaction.atomic():
            locked = Upload.objects.select_for_update(of=("self",)).get(pk=obj.pk)
            edit_upload(upload=locked, details=form.details(), by=admin_access(request).user_id)

    def get_deleted_objects(self, objs: Iterable[Upload], request: HttpRequest) -> DeletedObjects:
        """Return the content of the confirmation page: the files, those of other people, and those in use."""
        rows = list(objs)
        denied = {gettext("file of another person") for row in rows if not self.has_delete_permission(request, row)}
        in_use = [_where_used(row) for row in rows if row.usage_count]
        return [str(row) for row in rows], {gettext("files to the trash"): len(rows)}, denied, in_use

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        self._trash(request, [obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Upload]) -> None:
        self._trash(request, list(queryset.values_list("pk", flat=True)))

    def _trash(self, request: HttpRequest, ids: list[UUID]) -> None:
        outcome = bulk_delete(access=admin_access(request), selection=Selection(Upload.objects.all(), ids))
        if kept := len(ids) - len(outcome.deleted):
            text = ngettext(
                "%(kept)s of %(count)s file was kept: it is in use, or was changed meanwhile.",
                "%(kept)s of %(count)s files were kept: they are in use, or were changed meanwhile.",
                len(ids),
            )
            self.message_user(request, text % {"kept": kept, "count": len(ids)}, messages.ERROR)


def _where_used(upload: Upload) -> str:
    text = ngettext("%(name)s is used in %(count)s place", "%(name)s is used in %(count)s places", upload.usage_count)
    return text % {"name": upload, "count": upload.usage_count}
