"""Signing in to the admin, throttled as signing in to the API is, and together with it."""

from math import ceil
from typing import Any

from django.core.exceptions import ValidationError

from permissions.admin import theme
from permissions.api.throttles import LoginNameThrottle, LoginThrottle

LONGEST_WAIT = 60  # seconds that are named where the throttle names none


class SignInForm(theme.AuthenticationForm):
    """Refuses after too many failures from one address or with one name, and says so on the request."""

    def clean(self) -> Any:
        throttles = [LoginThrottle(), LoginNameThrottle()]
        request: Any = self.request
        stopping = [throttle for throttle in throttles if not throttle.allow_request(request, view=request)]
        if stopping:
            wait = max(ceil(throttle.wait() or LONGEST_WAIT) for throttle in stopping)
            request.retry_after = wait
            raise ValidationError(f"Too many attempts. Try again in {wait} seconds.", code="throttled")
        cleaned = super().clean()
        for throttle in throttles:
            throttle.forgive()
        return cleaned
