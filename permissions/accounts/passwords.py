"""Choosing a new password: knowing the old one, or by a link."""

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView

from common.resilience.after_response import after_response
from common.rest.origin import origin_of
from permissions.accounts.pages import SIGN_IN, AccountPage, OwnAccountPage, count_try
from permissions.authentication.sign_in_guard import SignInGuard, TooManyAttempts
from permissions.authentication.tokens import revoke_named_tokens
from permissions.services.passwords import send_password_links

SENT = gettext_lazy(
    "If an account has this address, a link to a new password is on its way to it. It works once, for four hours. "
    "Nothing arrived? Look into the spam folder, or ask an administrator of your organization for a link."
)
NO_EMAIL = gettext_lazy(
    "This installation sends no e-mail. Ask an administrator of your organization for a link to a new password."
)


class OwnPasswordForm(PasswordChangeForm):
    """The old password and the new one, and whether named tokens end as well."""

    revoke_tokens = forms.BooleanField(label=gettext_lazy("Revoke my named tokens as well"), required=False)


class PasswordChangePage(OwnAccountPage, views.PasswordChangeView):
    """A new password for the signed-in person, whose other sessions end."""

    template_name = "account/page.html"
    form_class = OwnPasswordForm
    title = gettext_lazy("Change password")
    submit_text = gettext_lazy("Change password")
    link, link_text = reverse_lazy("account:overview"), gettext_lazy("Back to your account")
    success_url = reverse_lazy("account:overview")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Limit guesses of the old password as sign-ins are limited."""
        guard = SignInGuard(request, request.user.get_username())
        try:
            guard.admit()
        except TooManyAttempts as error:
            return self.refuse(error)
        form = self.get_form()
        if "old_password" not in form.errors:
            guard.succeed()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if form.cleaned_data["revoke_tokens"]:
            revoke_named_tokens(user=form.user)
        messages.success(self.request, _("Your password is changed."))
        return response


class EmailForm(forms.Form):
    """The address of an account."""

    email = forms.EmailField(label=gettext_lazy("Email address"))


class PasswordResetPage(AccountPage, FormView):
    """Asks for an address, and answers the same whether there is an account or not."""

    template_name = "account/page.html"
    title = gettext_lazy("Forgotten password")
    lead = gettext_lazy(
        "Type the e-mail address of your account. You get a link under which you choose a new password."
    )
    submit_text = gettext_lazy("Send the link")
    link, link_text = SIGN_IN, gettext_lazy("Back to sign-in")
    form_class = EmailForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say who can help where no e-mail is sent."""
        if not settings.EMAIL_CONFIGURED:
            return self.render_to_response({**self.get_context_data(form=None), "lead": NO_EMAIL, "submit_text": ""})
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: EmailForm) -> HttpResponse:
        """Send the links after the response, so that its time tells nothing."""
        count_try(self.request)
        email = form.cleaned_data["email"]
        after_response(partial(send_password_links, email=email, origin=origin_of(self.request)))
        return self.render_to_response({**self.get_context_data(form=None), "lead": SENT, "submit_text": ""})


class PasswordResetConfirmPage(AccountPage, views.PasswordResetConfirmView):
    """A new password by a link, which leaves the address at once so that no other site sees it."""

    template_name = "account/page.html"
    title = gettext_lazy("New password")
    submit_text = gettext_lazy("Set the password")
    link, link_text = reverse_lazy("account:password_reset"), gettext_lazy("Ask for a new link")
    success_url = SIGN_IN

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say that a link is over, and where to get another one."""
        context = super().get_context_data(**kwargs)
        if self.validlink:
            return context | {"link": "", "link_text": ""}
        over = _("This link is not valid any more: it was used, or its time is over. Ask for a new one.")
        return context | {"form": None, "lead": over, "submit_text": ""}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return response
