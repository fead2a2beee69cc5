"""The form of content."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from media_library.models import Content
from media_library.services.contents import ContentFields
from media_library.services.references import find_media_item, find_thumbnail
from permissions.access import Access
from permissions.admin import theme
from permissions.admin.tenant_form import TenantForm
from uploads.admin.tag_fields import split_tags

TEXTS = ("title", "description", "price")
REFERENCES = ("media_item", "category", "custom_thumbnail")


class ContentForm(TenantForm):
    """The form of content. Tags are separated by commas; changed references are checked as the services check them."""

    access: Access

    tag_names = forms.CharField(
        label=_("Tags"),
        required=False,
        widget=theme.TextInputWidget,
        help_text=_("Separated by commas."),
        max_length=3000,
    )

    class Meta:
        model = Content
        fields = [*TEXTS, *REFERENCES]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "tag_names" in self.fields and not self.instance._state.adding:
            self.initial["tag_names"] = ", ".join(self.instance.tags.values_list("name", flat=True))

    def clean_tag_names(self) -> list[str]:
        return split_tags(self.cleaned_data["tag_names"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        organization = cleaned.get("organization")
        organization_id = organization.pk if organization else self.instance.organization_id
        for name, find in (("media_item", find_media_item), ("custom_thumbnail", find_thumbnail)):
            row = cleaned.get(name)
            if row is not None and organization_id and name in self.changed_data:
                self._check(name, find, organization_id, row.pk)
        return cleaned

    def _check(self, name: str, find: Callable[[Access, UUID, UUID], Model], organization_id: UUID, pk: UUID) -> None:
        try:
            find(self.access, organization_id, pk)
        except DomainError as error:
            self.add_error(name, error.detail)

    def content_fields(self) -> ContentFields:
        """Return the fields for the services: those that the form contains."""
        data = self.cleaned_data
        fields: dict[str, object] = {name: data[name] for name in TEXTS if name in data}
        fields |= {name: data[name].pk if data[name] else None for name in REFERENCES if name in data}
        if "tag_names" in data:
            fields["tags"] = data["tag_names"]
        return cast(ContentFields, fields)
