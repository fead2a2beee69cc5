"""Objects of the public assets storage, for installations without a CDN or a public bucket."""

from django.http import HttpResponseBase
from rest_framework.request import Request

from common.errors import NotFound
from uploads.models import Rendition, Upload
from uploads.querysets import UploadQuerySet
from uploads.serving.file_urls import ASSETS
from uploads.serving.responses import serve_object
from uploads.serving.servable import Servable
from uploads.serving.views import FileAPIView

# A key is never used for other bytes, so an asset in a cache stays valid.
IMMUTABLE = "public, max-age=31536000, immutable"


class AssetView(FileAPIView):
    """`/assets/{key}`: a library file or a picture made of one. Everything in this storage is public by its kind."""

    def get(self, request: Request, key: str) -> HttpResponseBase:
        response = serve_object(request._request, find_servable(key))
        if response.status_code in (200, 206, 304):
            response["Cache-Control"] = IMMUTABLE
        return response


def find_servable(key: str) -> Servable:
    """Return the object at `key` in the assets storage, unless its upload is in the trash. Raises NotFound."""
    upload = None if "\x00" in key else _live().filter(storage=ASSETS, key=key).first()
    if upload is not None:
        return Servable.of_upload(upload, is_public=True)
    rendition = None if "\x00" in key else Rendition.objects.filter(storage=ASSETS, key=key).first()
    upload = _live().filter(pk=rendition.upload_id).first() if rendition else None
    if rendition is None or upload is None or upload.version != rendition.version:
        raise NotFound
    return Servable.of_rendition(upload, rendition, is_public=True)


def _live() -> UploadQuerySet:
    return Upload.objects.filter(organization__is_active=True)
