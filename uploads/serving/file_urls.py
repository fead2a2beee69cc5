"""Where a file is found on the web: one place builds these addresses. Nothing here touches the network."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from uploads.choices import RenditionKind
from uploads.sharing.tokens import token_of

ASSETS = "assets"  # the one public-read storage; everything else is served by this application


def origin_of(request: HttpRequest | Any | None) -> str:
    """Return scheme and host that addresses begin with: PUBLIC_URL, else the host the caller used."""
    if settings.PUBLIC_URL or request is None:
        return settings.PUBLIC_URL
    return f"{request.scheme}://{request.get_host()}"


def file_url(origin: str, upload_id: UUID, filename: str) -> str:
    """Return the address at which access is checked and the current bytes are served."""
    return f"{origin}/files/{upload_id}/{quote(filename)}"


def download_url(origin: str, upload_id: UUID, filename: str) -> str:
    """Return the address that serves the bytes as an attachment."""
    return f"{file_url(origin, upload_id, filename)}?download=1"


def thumbnail_url(origin: str, upload_id: UUID, filename: str, kind: RenditionKind = RenditionKind.SMALL) -> str:
    """Return the address of a rendition; the caller knows that it exists."""
    return f"{origin}/files/{upload_id}/thumb-{kind.value}/{quote(filename)}"


def public_url(origin: str, upload_id: UUID, filename: str, *, storage: str, key: str) -> str:
    """Return the address to show: on the CDN host for files of the assets bucket where one is configured."""
    if storage == ASSETS and settings.CDN_URL:
        return f"{settings.CDN_URL}/{quote(key)}"
    return file_url(origin, upload_id, filename)


def asset_url(origin: str, key: str) -> str:
    """Return the address of an object of the assets bucket, for anybody: on the CDN host, else the public bucket.

    On local disk without a CDN this server hands it out.
    """
    return f"{settings.CDN_URL or settings.ASSETS_URL or f'{origin}/assets'}/{quote(key)}"


def version_url(origin: str, upload_id: UUID, number: int, filename: str) -> str:
    """Return the address of earlier bytes, for those who may edit the file."""
    return f"{origin}/files/{upload_id}/versions/{number}/{quote(filename)}"


def share_url(origin: str, link_id: UUID, filename: str) -> str:
    """Return the address of a share link: it opens the file for whoever has it."""
    return f"{origin}/s/{token_of(link_id)}/{quote(filename)}"
