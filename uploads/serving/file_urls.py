"""The URLs of files. Every URL of a file is built here, without network access."""

from functools import lru_cache
from urllib.parse import quote
from uuid import UUID

from django.conf import settings

from common.rest.origin import origin_of as origin_of  # URLs of files begin with it
from uploads.choices import RenditionKind
from uploads.sharing.tokens import token_of

ASSETS = "assets"  # the one public-read storage; everything else is served by this application


@lru_cache(1024)  # a row has several URLs with its name
def _quoted(filename: str) -> str:
    return quote(filename)


def file_url(origin: str, upload_id: UUID | str, filename: str) -> str:
    """Return the URL that checks access and serves the current bytes."""
    return f"{origin}/files/{upload_id}/{_quoted(filename)}"


def download_url(origin: str, upload_id: UUID, filename: str) -> str:
    """Return the URL that serves the bytes as an attachment."""
    return f"{file_url(origin, upload_id, filename)}?download=1"


def thumbnail_url(origin: str, upload_id: UUID | str, filename: str, kind: RenditionKind = RenditionKind.SMALL) -> str:
    """Return the URL of a rendition; the caller knows that it exists."""
    return f"{origin}/files/{upload_id}/thumb-{kind.value}/{_quoted(filename)}"


def jpeg_url(origin: str, upload_id: UUID | str, filename: str) -> str:
    """Return the URL of the JPEG of a file that browsers do not show; the caller knows that it exists."""
    return f"{origin}/files/{upload_id}/jpeg/{_quoted(filename)}"


def cdn_url(storage: str, key: str) -> str | None:
    """Return the URL on the CDN host of a file of the assets storage; None for other files, and without a CDN."""
    return f"{settings.CDN_URL}/{quote(key)}" if storage == ASSETS and settings.CDN_URL else None


def asset_url(origin: str, key: str) -> str:
    """Return the public URL of an object of the assets storage: on the CDN host, else the public bucket.

    On local disk without a CDN this server serves it.
    """
    return f"{settings.CDN_URL or settings.ASSETS_URL or f'{origin}/assets'}/{quote(key)}"


def version_url(origin: str, upload_id: UUID, number: int, filename: str) -> str:
    """Return the URL of an earlier version, for those who may edit the file."""
    return f"{origin}/files/{upload_id}/versions/{number}/{_quoted(filename)}"


def share_url(origin: str, link_id: UUID, filename: str) -> str:
    """Return the URL of a share link. Anyone who has it may open the file."""
    return f"{origin}/s/{token_of(link_id)}/{_quoted(filename)}"
