"""The page that sets an empty installation up: reachable until the first account exists, and with a code alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView

from common.errors import DomainError
from permissions.accounts.forms import SetUpForm
from permissions.accounts.pages import AccountPage, count_try
from permissions.admin.site import LINK
from permissions.admin.tenant import choose_organization
from permissions.models import Organization
from permissions.services.installation import has_accounts, is_code, set_up

BACKEND = "permissions.authentication.backends.ComposedBackend"
NO_CODE = gettext_lazy(
    "This installation has no accounts yet. Whoever started it sets it up: open the address that the terminal shows "
    "(“Set it up at …”), or run “scripts/manage setup” there. An address works for 24 hours; a restart shows a new one."
)


class InstallationPage(AccountPage, FormView):
    """Asks for the first organization, its quota and its administrator, who is then signed in."""

    title = gettext_lazy("Set up the media library")
    lead = gettext_lazy(
        "Your organization, and the account with which you administrate it. All of it can be changed later. Files are "
        "seen by your people only: nothing is listed publicly unless you switch it on."
    )
    submit_text = gettext_lazy("Set up")
    form_class = SetUpForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404 once there is an account. Without the code the page says where it is."""
        if has_accounts():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self._has_code() else self._show_no_code()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self._has_code() else self._show_no_code()

    def _has_code(self) -> bool:
        code = self.request.GET.get("code", "")
        if code and not is_code(code):
            count_try(self.request)
        return is_code(code)

    def _show_no_code(self) -> HttpResponse:
        context = {**self.get_context_data(form=None), "lead": NO_CODE, "submit_text": ""}
        return self.render_to_response(context, status=403)

    def form_valid(self, form: SetUpForm) -> HttpResponse:
        """Set up, sign in, and lead to the first file and the first colleague."""
        try:
            organization = set_up(organization=form.new_organization, administrator=form.instance)
        except DomainError as error:
            form.add_error(error.attr if error.attr in form.fields else None, error.detail)
            return self.form_invalid(form)
        login(self.request, form.instance, backend=BACKEND)
        choose_organization(self.request, str(organization.pk))
        messages.success(self.request, _next_steps(organization))
        return redirect("admin:index")


def _next_steps(organization: Organization) -> str:
    """Return what to do next, with links."""
    return format_html(
        _("{organization} is set up. Next: {invite}, or {upload}."),
        organization=organization.name,
        invite=format_html(LINK, reverse("admin:permissions_invitation_add"), _("invite your people")),
        upload=format_html(LINK, reverse("admin:uploads_upload_changelist"), _("upload files")),
    )
