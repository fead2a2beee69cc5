"""Objects of the public-read assets storage, for installations where neither a CDN nor a bucket hands them out."""

from django.http import HttpResponseBase
from rest_framework.request import Request

from common.errors import NotFound
from uploads.models import Rendition, Upload
from uploads.serving.file_urls import ASSETS
from uploads.serving.objects import serve_object
from uploads.serving.servable import Servable
from uploads.serving.views import Outgoing

# A key is never used for other bytes, so whoever has an asset need not ask again.
IMMUTABLE = "public, max-age=31536000, immutable"


class AssetView(Outgoing):
    """`/assets/{key}`: a library file or a picture made of one. Everything in this storage is public by its kind."""

    def get(self, request: Request, key: str) -> HttpResponseBase:
        response = serve_object(request._request, servable_at(key))
        if response.status_code in (200, 206, 304):
            response["Cache-Control"] = IMMUTABLE
        return response


def servable_at(key: str) -> Servable:
    """Return what is stored under `key` among the assets, unless it is in the trash. Raises NotFound."""
    upload = None if "\x00" in key else _live().filter(storage=ASSETS, key=key).first()
    if upload is not None:
        return Servable.of_upload(upload, is_public=True)
    rendition = None if "\x00" in key else Rendition.objects.filter(storage=ASSETS, key=key).first()
    upload = _live().filter(pk=rendition.upload_id).first() if rendition else None
    if rendition is None or upload is None or upload.version != rendition.version:
        raise NotFound
    return Servable.of_rendition(upload, rendition, is_public=True)


def _live():
    return Upload.objects.filter(organization__is_active=True)
