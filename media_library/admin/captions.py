"""The captions of media items."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from media_library.captions.attach import attach_caption, detach_caption
from media_library.captions.documents import LANGUAGE, read_webvtt
from media_library.models import Caption
from permissions.access import Access, OwnershipScope, ownership_scope, permits
from permissions.admin import theme
from permissions.admin.base import TenantAdmin
from permissions.admin.tenant import admin_access, has_organization
from permissions.admin.tenant_form import TenantForm
from permissions.choices import Action, Permission
from uploads.admin.chooser import UploadChooserMixin
from uploads.choices import UploadType
from uploads.models import Upload


class CaptionForm(TenantForm):
    """The form of new captions. The document is read, so that one without captions is refused at once."""

    access: Access
    language = forms.RegexField(
        LANGUAGE,
        label=_("Language"),
        max_length=35,
        widget=theme.TextInputWidget,
        help_text=_("A language tag, such as en or pt-BR."),
    )

    class Meta:
        model = Caption
        fields = ["media_item", "document", "language", "label"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        item, document = cleaned.get("media_item"), cleaned.get("document")
        if item and not item.upload.allows(self.access, Action.EDIT):
            self.add_error("media_item", gettext("You may not edit this media item."))
        if document and not document.allows(self.access, Action.SHARE):  # as in the API: attaching shares it
            self.add_error("document", gettext("You may not share this document."))
        if item and document and item.organization_id != document.organization_id:
            self.add_error("document", gettext("Select a valid choice."))
        if item:
            self.instance.organization_id = item.organization_id
        try:
            if document:
                read_webvtt(document)
        except DomainError as error:
            self.add_error("document", str(error.detail))
        return cleaned


@admin.register(Caption)
class CaptionAdmin(UploadChooserMixin, TenantAdmin):
    """Captions of the media items that a person may see; those who may edit an item attach and detach them."""

    form = CaptionForm
    grants = {"view": Permission.MEDIA_VIEW, "add": Permission.MEDIA_EDIT_OWN}
    names_organization = False  # the media item has it
    follows_usages = False  # the services do
    list_display = ["media_item", "language", "label", "created_at"]
    list_select_related = ["media_item__upload", "document"]
    search_fields = ["media_item__upload__search_text"]
    autocomplete_fields = ["media_item"]
    upload_fields = {"document": (UploadType.DOCUMENT,)}

    def in_organization(self, rows: QuerySet[Caption], access: Access) -> QuerySet[Caption]:
        if not has_organization(access) or not access.has(Permission.MEDIA_VIEW):
            return rows.none()
        seen = Upload.objects.allowing(access, Action.VIEW).filter(mediaitem__isnull=False)
        return rows.filter(media_item__in=seen.values("pk"))

    def has_delete_permission(self, request: HttpRequest, obj: Caption | None = None) -> bool:
        access = admin_access(request)
        if obj is None:
            return ownership_scope(access, Action.EDIT) is not OwnershipScope.NO_ROW
        return permits(access, Action.EDIT, obj.media_item.upload.uploaded_by_id)

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        data = form.cleaned_data
        caption, _is_new = attach_caption(
            upload=_locked(obj), document=data["document"], language=data["language"], label=data["label"]
        )
        obj.pk = caption.pk

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        with transaction.atomic():
            detach_caption(upload=_locked(obj), caption_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for caption in queryset.order_by("media_item_id", "pk"):
            self.delete_model(request, caption)


def _locked(caption: Model) -> Upload:
    """Lock the file of the media item of a caption, which comes first in the order of locks."""
    assert isinstance(caption, Caption)
    return Upload.objects.select_for_update(of=("self",)).get(pk=caption.media_item_id)
