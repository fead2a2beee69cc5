"""The documents of content, inside its page."""

from functools import partial
from typing import Any

from django.contrib.admin.checks import InlineModelAdminChecks
from django.forms import BaseModelFormSet, modelformset_factory
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from media_library.entity_types import CONTENT
from permissions.admin.base import TenantInline
from permissions.admin.tenant import admin_access
from permissions.admin.tenant_form import TenantForm
from permissions.choices import Action, Permission
from resources.models import Resource, ResourceAttachment


class AttachmentForm(TenantForm):
    """An attached document cannot be exchanged: only its label can be changed."""

    class Meta:
        model = ResourceAttachment
        fields = ["resource", "label"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("resource")
        if field is None or self.instance._state.adding:
            return
        field.disabled = True
        field.queryset = Resource.everything.filter(pk=self.instance.resource_id).select_related("upload")
        field.label_from_instance = self._label

    def _label(self, resource: Resource) -> str:
        seen = Resource.objects.allowing(self.access, Action.VIEW).contains(resource)
        return str(resource) if seen else gettext("A document that you may not see")


class AttachmentFormSet(BaseModelFormSet):
    """The attachments of one content. They name it by type and id, so Django's own formsets cannot tie them to it."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        instance: Any = None,
        save_as_new: bool = False,
        prefix: str | None = None,
        queryset: Any = None,
        **kwargs: Any,
    ) -> None:
        self.instance = instance
        rows = ResourceAttachment.objects.all() if queryset is None else queryset
        is_new = instance is None or instance._state.adding
        rows = rows.none() if is_new else rows.filter(entity_type=CONTENT, entity_id=str(instance.pk))
        super().__init__(data, files, prefix=prefix, queryset=rows, **kwargs)

    @classmethod
    def get_default_prefix(cls) -> str:
        return "attachments"


class AttachmentInlineChecks(InlineModelAdminChecks):
    """Skips the checks for a foreign key to the parent."""

    def _check_exclude_of_parent_model(self, obj: Any, parent_model: Any) -> list[Any]:
        return []

    def _check_relation(self, obj: Any, parent_model: Any) -> list[Any]:
        return []


class AttachmentInline(TenantInline):
    """Documents are attached, labelled and detached by those who may change the content."""

    model = ResourceAttachment
    form = AttachmentForm
    formset = AttachmentFormSet
    checks_class = AttachmentInlineChecks
    fields = ["resource", "label"]
    autocomplete_fields = ["resource"]
    verbose_name = _("document")
    verbose_name_plural = _("documents")
    grants = {
        "view": Permission.VIEW_CONTENT,
        "add": Permission.CHANGE_CONTENT,
        "change": Permission.CHANGE_CONTENT,
        "delete": Permission.CHANGE_CONTENT,
    }

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = modelformset_factory(
            self.model,
            form=self.form,
            formset=self.formset,
            fields=["resource", "label"] if self.has_change_permission(request, obj) else [],
            formfield_callback=partial(self.formfield_for_dbfield, request=request),
            extra=self.extra,
            can_delete=self.has_delete_permission(request, obj),
        )
        formset.form.access = admin_access(request)
        formset.form.tenant_id = admin_access(request).organization_id
        return formset
