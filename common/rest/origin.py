"""The scheme and host that URLs begin with."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def origin_of(request: HttpRequest | Request | None) -> str:
    """Return the scheme and host that URLs begin with: PUBLIC_URL, else the host of the request."""
    if settings.PUBLIC_URL or request is None:
        return settings.PUBLIC_URL
    return f"{request.scheme}://{request.get_host()}"
