"""Content."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from media_library.admin.attachments import AttachmentInline
from media_library.admin.content_form import ContentForm
from media_library.choices import ContentStatus
from media_library.entity_types import CONTENT
from media_library.models import Content, MediaItem
from media_library.models.content import IMAGE_TYPES
from media_library.services.contents import (
    archive_content,
    create_content,
    delete_content,
    publish_content,
    restore_content,
    update_content,
)
from permissions.admin import theme
from permissions.admin.admin_types import DeletedObjects, FieldNames
from permissions.admin.base import TenantAdmin
from permissions.admin.filters import RelatedInOrganizationFilter
from permissions.admin.tenant import admin_access
from permissions.choices import Action, Permission
from resources.services.attachments import attach_resource, detach_resource
from uploads.admin.chooser import UploadChooserMixin
from uploads.models import Upload

DATES = ["status", "published_at", "created_at", "updated_at"]
FILES = {"media_item": MediaItem, "custom_thumbnail": Upload}


class TrashFilter(SimpleListFilter):
    """Live content by default, or content in the trash."""

    title = _("trash")
    parameter_name = "trash"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", gettext("In the trash"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(deleted_at__isnull=self.value() != "yes")


@admin.register(Content)
class ContentAdmin(UploadChooserMixin, TenantAdmin):
    """Content. Every write goes through the services, under the same rules as the API."""

    form = ContentForm
    inlines = [AttachmentInline]
    grants = {
        "view": Permission.VIEW_CONTENT,
        "add": Permission.ADD_CONTENT,
        "change": Permission.CHANGE_CONTENT,
        "delete": Permission.DELETE_CONTENT,
    }
    list_display = ["title", "status_shown", "category", "price", "published_at", "created_at"]
    list_filter = ["status", ("category", RelatedInOrganizationFilter), "created_at", TrashFilter]
    list_select_related = ["category", "organization"]
    search_fields = ["search_text"]
    search_help_text = _("Title and description")
    autocomplete_fields = ["media_item", "category"]
    upload_fields = {"custom_thumbnail": IMAGE_TYPES}
    follows_usages = False  # the services do
    actions = ["publish", "archive", "restore"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.in_organization(Content.everything.order_by("-created_at", "-id"), admin_access(request))

    def allows(self, request: HttpRequest, verb: str, row: Content) -> bool:
        return verb == "view" or not row.is_deleted

    def get_fields(self, request: HttpRequest, obj: Content | None = None) -> FieldNames:
        """A sentence takes the place of a file that the editor may not see, which cannot be changed."""
        fields = ["title", "description", "media_item", "category", "tag_names", "price", "custom_thumbnail"]
        hidden = self._hidden(request, obj) if obj else set()
        fields = [f"hidden_{name}" if name in hidden else name for name in fields]
        everywhere = ["organization"] if admin_access(request).everywhere else []
        return [*everywhere, *fields, *(DATES if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Content | None = None) -> list[str]:
        hidden = [f"hidden_{name}" for name in self._hidden(request, obj)] if obj else []
        unchanged = ["organization"] if obj else []
        return [*unchanged, *hidden, *DATES]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []

    def _hidden(self, request: HttpRequest, content: Content) -> set[str]:
        cache = vars(request)
        if "_hidden_files" not in cache:
            access = admin_access(request)
            chosen = {name: getattr(content, f"{name}_id") for name in FILES}
            seen = set(Upload.objects.allowing(access, Action.VIEW).filter(pk__in=filter(None, chosen.values())))
            ids = {upload.pk for upload in seen}
            cache["_hidden_files"] = {name for name, pk in chosen.items() if pk and pk not in ids}
        return cache["_hidden_files"]

    # Columns

    @theme.display(
        description=_("status"),
        ordering="status",
        label={
            ContentStatus.PUBLISHED: "success",
            ContentStatus.DRAFT: "info",
            ContentStatus.ARCHIVED: "warning",
        },
    )
    def status_shown(self, content: Content) -> tuple[str, str]:
        return content.status, content.get_status_display()

    @admin.display(description=_("tags"))
    def tag_names(self, content: Content) -> str:
        """Shown to people without the permission to change."""
        return ", ".join(content.tags.values_list("name", flat=True)) or "-"

    @admin.display(description=_("media item"))
    def hidden_media_item(self, content: Content) -> str:
        return gettext("A media item in the trash, or one that you may not see.")

    @admin.display(description=_("custom thumbnail"))
    def hidden_custom_thumbnail(self, content: Content) -> str:
        return gettext("An image in the trash, or one that you may not see.")

    # Writes

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        assert isinstance(obj, Content)
        assert isinstance(form, ContentForm)
        access = admin_access(request)
        if change:
            update_content(access=access, content=_locked(obj.pk), fields=form.content_fields())
        else:
            obj.pk = create_content(access=access, fields=form.content_fields(), organization_id=obj.organization_id).pk
        obj.refresh_from_db(from_queryset=Content.everything.all())

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool) -> None:
        organization_id, entity_id = form.instance.organization_id, str(form.instance.pk)
        for attachment in formset.save(commit=False):
            attach_resource(
                organization_id=organization_id,
                resource_id=attachment.resource_id,
                entity_type=CONTENT,
                entity_id=entity_id,
                label=attachment.label,
            )
        for attachment in formset.deleted_objects:
            detach_resource(
                organization_id=organization_id,
                resource_id=attachment.resource_id,
                entity_type=CONTENT,
                entity_id=entity_id,
            )

    def get_deleted_objects(self, objs: Iterable[Content], request: HttpRequest) -> DeletedObjects:
        """Only the content: its media item and documents stay."""
        rows = list(objs)
        denied = {gettext("content in the trash") for row in rows if not self.has_delete_permission(request, row)}
        return [str(row) for row in rows], {gettext("content moved to the trash"): len(rows)}, denied, []

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        delete_content(content=_locked(obj.pk), by=admin_access(request).user_id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        live = queryset.filter(deleted_at=None)
        self._each(request, live, lambda content: delete_content(content=content, by=admin_access(request).user_id))

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, contents: QuerySet) -> None:
        """Publish drafts and archived content; a message names each that cannot be published."""
        self._each(
            request,
            contents.filter(deleted_at=None),
            lambda content: publish_content(content=content),
            gettext_noop("Published."),
        )

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, contents: QuerySet) -> None:
        """Archive drafts and published content."""
        self._each(
            request,
            contents.filter(deleted_at=None),
            lambda content: archive_content(content=content),
            gettext_noop("Archived."),
        )

    @admin.action(description=_("Restore from the trash"), permissions=["delete"])
    def restore(self, request: HttpRequest, contents: QuerySet) -> None:
        """Restore content with its previous status."""
        self._each(request, contents, lambda content: restore_content(content=content), gettext_noop("Restored."))

    def _each(self, request: HttpRequest, contents: QuerySet, do: Callable[[Content], None], message: str = "") -> None:
        """Call `do` with each content in a transaction of its own; a message names each refusal with its reason."""
        done = 0
        for pk in list(contents.order_by("pk").values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    content = _locked(pk)
                    do(content)
            except DomainError as error:
                self.message_user(request, f"{content}: {error.detail}", messages.ERROR)
                continue
            done += 1
            if message:
                self.log_change(request, content, message)
        if message and done:
            counts = {"message": gettext(message), "count": done}
            sentence = ngettext("%(message)s %(count)s entry changed.", "%(message)s %(count)s entries changed.", done)
            self.message_user(request, sentence % counts, messages.SUCCESS)


def _locked(pk: UUID) -> Content:
    return Content.everything.select_for_update(of=("self",)).get(pk=pk)
