"""Redirects to the CDN, or to a signed URL of the store."""

from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from uploads.serving.file_urls import ASSETS
from uploads.serving.servable import Servable
from uploads.storage import store

SIGNED_FOR = timedelta(seconds=300)
# A browser reuses the redirected URL for every later seek, and a player hangs when it has expired.
PLAYED_FOR = timedelta(hours=6)


def redirect_url(request: HttpRequest, servable: Servable, *, download: bool) -> str | None:
    """Return the URL from which to fetch `servable`; None if this server sends the bytes. No network access.

    A CDN cannot serve a file as an attachment, so downloads come from the store. A URL is signed for one method.
    """
    if servable.storage == ASSETS and settings.CDN_URL and not download:
        return f"{settings.CDN_URL}/{quote(servable.key)}"
    return store(servable.storage).sign_download(
        servable.key,
        disposition=servable.disposition(download=download),
        expires_in=_lifetime(servable),
        method=request.method or "GET",
    )


def _lifetime(servable: Servable) -> timedelta:
    longest = PLAYED_FOR if servable.is_played else SIGNED_FOR
    return min(longest, servable.until - timezone.now()) if servable.until else longest
