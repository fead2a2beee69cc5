"""A file sent through the admin: the same way in as through the API's form, so the same checks."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat

from common.errors import DomainError
from permissions.admin import theme
from permissions.choices import Visibility
from permissions.context import access_of
from permissions.models import User
from uploads.admin.details_form import TEXTS, UploadDetailsForm
from uploads.choices import UploadType
from uploads.models import Upload
from uploads.sessions.form_upload import upload_file


class UploadFileForm(UploadDetailsForm):
    """One file and what is said of it. Where the sender acts in all organizations, the form names one."""

    ORDER = ["file", "type", *TEXTS, "tag_names", "visibility", "allowed_roles"]

    file = forms.FileField(widget=theme.FileWidget)
    type = forms.ChoiceField(choices=UploadType.choices, initial=UploadType.IMAGE, widget=theme.SelectWidget)
    visibility = forms.ChoiceField(
        choices=[("", "As usual for the type"), *Visibility.choices], required=False, widget=theme.SelectWidget
    )
    field_order = ["organization", *ORDER]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = filesizeformat(settings.MAX_FORM_UPLOAD_SIZE)
        self.fields["file"].help_text = f"At most {limit}; larger files come in through upload sessions."
        if not self.tenant_id:  # roles are of one organization, which is being chosen
            del self.fields["allowed_roles"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_FORM_UPLOAD_SIZE:
            raise forms.ValidationError("The file is too large for a form.", code="file_too_large")
        return file

    def _post_clean(self) -> None:
        """The services make the row; there is no instance to check before the bytes were looked at."""

    def store(self, user: User) -> Upload | None:
        """Store the file and return its upload; what the services refuse becomes an error of the form."""
        organization = self.cleaned_data.get("organization")
        access = access_of(user, organization.pk if organization else str(self.tenant_id))
        try:
            return upload_file(
                access=access,
                type=self.cleaned_data["type"],
                file=self.cleaned_data["file"],
                details=self.details(),
            )
        except DomainError as error:
            self.add_error(error.attr if error.attr in self.fields else "file", error.detail)
            return None
