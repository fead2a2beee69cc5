"""The form of a file's details: the same fields when it is uploaded and later."""

from typing import Any, Literal

from django import forms
from django.utils.translation import gettext_lazy as _

from permissions.admin import theme
from permissions.admin.tenant_form import TenantForm
from permissions.models import Role
from uploads.admin.tag_fields import split_tags
from uploads.files.edit import Details
from uploads.kinds import kind_of
from uploads.models import Upload

TEXTS: tuple[Literal["title", "description", "alt_text", "category"], ...] = (
    "title",
    "description",
    "alt_text",
    "category",
)


class UploadDetailsForm(TenantForm):
    """The details of a file. Commas separate tags; only roles of the file's organization can be allowed."""

    tag_names = forms.CharField(
        label=_("Tags"),
        required=False,
        widget=theme.TextInputWidget,
        help_text=_("Separate tags with commas."),
        max_length=3000,
    )
    allowed_roles = forms.ModelMultipleChoiceField(
        Role.objects.none(),
        label=_("Allowed roles"),
        required=False,
        widget=theme.CheckboxesWidget,
        help_text=_("The roles that may see the file while its visibility is role based."),
    )

    class Meta:
        model = Upload
        fields = [*TEXTS, "visibility"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = self.fields["allowed_roles"]
        if isinstance(roles, forms.ModelMultipleChoiceField):
            roles.queryset = Role.objects.filter(organization_id=self.instance.organization_id)
        if "description" in self.fields:  # absent for people who may only view
            self.fields["description"].widget.attrs["rows"] = 4
        if not self.instance._state.adding:
            if "visibility" in self.fields:
                self.fields["visibility"].disabled = kind_of(self.instance.type).fixed_visibility
            self.initial["tag_names"] = ", ".join(self.instance.tags.values_list("name", flat=True))
            groups = self.instance.group_perms.values("group_id")
            self.initial["allowed_roles"] = list(Role.objects.filter(group_id__in=groups).values_list("pk", flat=True))

    def clean_tag_names(self) -> list[str]:
        """Return the tags between the commas."""
        return split_tags(self.cleaned_data["tag_names"])

    def details(self) -> Details:
        """Return the details for the services: the fields that the form showed."""
        data = self.cleaned_data
        details = Details()
        for name in TEXTS:
            if name in data:
                details[name] = data[name]
        if data.get("visibility"):
            details["visibility"] = data["visibility"]
        details["tags"] = data["tag_names"]
        details["allowed_roles"] = [role.pk for role in data.get("allowed_roles", [])]
        return details
