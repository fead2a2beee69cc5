"""Signing in by a form, with the same guard as signing in to the API."""

from typing import Any, cast

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from permissions.admin import theme
from permissions.admin.request_state import state_of
from permissions.authentication.sign_in_guard import SignInGuard, TooManyAttempts
from permissions.models import User


class GuardedForm(AuthenticationForm):
    """Refuses after too many failures, and sets on the request the time to wait, or the guard of a success."""

    def clean(self) -> dict[str, Any]:
        """Count the attempt before the password is checked."""
        state = state_of(cast(HttpRequest, self.request))
        guard = SignInGuard(self.request, self.cleaned_data.get("username", ""))
        try:
            guard.admit()
        except TooManyAttempts as error:
            state.retry_after = error.retry_after
            raise ValidationError(error.detail, code=error.code) from None
        cleaned: dict[str, Any] = super().clean()
        if self.get_user() is not None:
            guard.succeed()
            state.sign_in_guard = guard
        return cleaned


class SignInForm(GuardedForm, theme.AuthenticationForm):
    """Signs people in who work in the admin."""

    def confirm_login_allowed(self, user: User) -> None:
        """Raise ValidationError for other people, who have proved their password, and say where they can go."""
        AuthenticationForm.confirm_login_allowed(self, user)
        if not user.works_in_admin:
            text = _(
                "None of your roles works in the admin. Ask an administrator of your organization for one that does, "
                "or use the pages of your account at /account/."
            )
            raise ValidationError(text, code="not_in_admin")
