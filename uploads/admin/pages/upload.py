"""The page that uploads one file, in place of Django's own, whose transaction would span the storing of the bytes."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from permissions.admin.pages import FORM_METHODS, ModelPage
from uploads.admin.upload_form import UploadFileForm
from uploads.sessions.form_upload import upload_file


class UploadPage(ModelPage):
    """Shows the form, and hands what it holds to the service. What the service refuses is an error of the form."""

    route = "add/"
    name = "uploads_upload_add"
    title = gettext_lazy("Upload a file")
    template_name = "admin/uploads/upload_form.html"
    verbs = ("add",)
    http_method_names = FORM_METHODS

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.render({"form": self._form()})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = self._form()
        if not form.is_valid():
            return self.render({"form": form})
        data, access = form.cleaned_data, self.access
        if organization := data.get("organization"):
            access = access.in_organization(organization.pk)
        try:
            upload = upload_file(access=access, type=data["type"], file=data["file"], details=form.details())
        except DomainError as error:
            form.add_error(error.attr if error.attr in form.fields else "file", error.detail)
            return self.render({"form": form})
        self.model_admin.log_addition(request, upload, [{"added": {}}])
        messages.success(request, _("%(name)s was uploaded.") % {"name": upload})
        return redirect("admin:uploads_upload_change", upload.pk)

    def _form(self) -> UploadFileForm:
        fields = [*(["organization"] if self.access.everywhere else []), *UploadFileForm.ORDER]
        form_class = self.model_admin.get_form(self.request, None, form=UploadFileForm, fields=fields)
        return cast(UploadFileForm, form_class(self.request.POST or None, self.request.FILES or None))
