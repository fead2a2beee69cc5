"""The form that uploads a file in the admin, with the same checks as the API's form."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.admin import theme
from permissions.choices import Visibility
from uploads.admin.details_form import TEXTS, UploadDetailsForm
from uploads.choices import UploadType
from uploads.kinds.formats import accepted_formats


class UploadFileForm(UploadDetailsForm):
    """One file and its details. Where the sender acts in all organizations, the form names one."""

    ORDER = ["file", "type", *TEXTS, "tag_names", "visibility", "allowed_roles"]

    file = forms.FileField(label=gettext_lazy("File"), widget=theme.FileWidget)
    type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=UploadType.choices, initial=UploadType.IMAGE, widget=theme.SelectWidget
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Visibility"),
        choices=[("", gettext_lazy("Default for the type")), *Visibility.choices],
        required=False,
        widget=theme.SelectWidget,
    )
    field_order = ["organization", *ORDER]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = _("At most %(limit)s. Upload larger files in the media library.")
        self.fields["file"].help_text = text % {"limit": filesizeformat(settings.MAX_FORM_UPLOAD_SIZE)}
        self.fields["file"].widget.attrs["accept"] = accepted_by_input()
        if not self.tenant_id:  # roles belong to one organization, which this form chooses
            del self.fields["allowed_roles"]

    def clean_file(self) -> UploadedFile:
        """Refuse a file above MAX_FORM_UPLOAD_SIZE (bytes)."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.MAX_FORM_UPLOAD_SIZE:
            text = _("This file is too large for the form: the limit is %(limit)s.")
            limit = filesizeformat(settings.MAX_FORM_UPLOAD_SIZE)
            raise forms.ValidationError(text, code="file_too_large", params={"limit": limit})
        return file

    def _post_clean(self) -> None:
        """Skip the checks of the instance: services make it after they checked the bytes."""


def accepted_by_input() -> str:
    """Return the value of `accept` for a file of any type: media types and extensions."""
    formats = accepted_formats().values()
    names = [name for each in formats for name in (each.mime_type, *(f".{extension}" for extension in each.extensions))]
    return ",".join(dict.fromkeys(names))
