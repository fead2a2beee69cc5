"""Signing in and out beside the admin, and an overview of one's account."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from permissions.accounts.pages import AccountPage, OwnAccountPage
from permissions.admin.request_state import state_of
from permissions.admin.sign_in import GuardedForm
from permissions.models import Membership


class AccountSignInForm(GuardedForm, AuthenticationForm):
    """Signs in every active person."""


class SignInPage(AccountPage, views.LoginView):
    """Signs in, also people who do not work in the admin."""

    template_name = "account/page.html"
    title = _("Sign in")
    submit_text = _("Sign in")
    link, link_text = reverse_lazy("account:password_reset"), _("Forgotten your password?")
    authentication_form = AccountSignInForm

    def get_default_redirect_url(self) -> str:
        """Return the overview of the account."""
        return reverse("account:overview")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        state_of(self.request).sign_in_guard.remember_device(response)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        state = state_of(self.request)
        if hasattr(state, "retry_after"):
            response.status_code = 429
            response["Retry-After"] = str(state.retry_after)
        return response


class SignOutPage(views.LogoutView):
    """Ends the session."""

    http_method_names = ["post"]

    def get_default_redirect_url(self) -> str:
        """Return the sign-in page."""
        return reverse("account:sign_in")


class OverviewPage(OwnAccountPage, TemplateView):
    """Who is signed in, in which organizations, and what they may do with their account."""

    template_name = "account/overview.html"
    title = _("Your account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the roles by organization, and whether the person works in the admin."""
        roles = Membership.objects.filter(user=self.request.user.pk, organization__is_active=True)
        return {
            **super().get_context_data(**kwargs),
            "memberships": roles.select_related("organization", "role"),
            "works_in_admin": admin.site.has_permission(self.request),
        }
