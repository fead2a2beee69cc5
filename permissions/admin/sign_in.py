"""Signing in to the admin, with the same guard as signing in to the API."""

from typing import Any

from django.core.exceptions import ValidationError

from permissions.admin import theme
from permissions.admin.request_state import state_of
from permissions.authentication.sign_in_guard import SignInGuard, TooManyAttempts


class SignInForm(theme.AuthenticationForm):
    """Refuses after too many failures, and sets on the request the time to wait, or the guard of a success."""

    def clean(self) -> dict[str, Any]:
        """Count the attempt before the password is checked."""
        state = state_of(self.request)
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
