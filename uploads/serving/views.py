"""The views below `/files/`."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.db.ids import parse_id
from common.errors import NotFound
from uploads.errors import RangeNotSatisfiable
from uploads.models import Rendition
from uploads.serving.authentication import drop_stale_cookie, editable_upload, visible_upload
from uploads.serving.headers import add_security_headers
from uploads.serving.responses import serve_object
from uploads.serving.servable import Servable

HIGHEST = 2**31 - 1  # of a column of integers


class AlwaysJSON(BaseContentNegotiation):
    """Makes errors JSON for any `Accept`, which is about the file."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Return None: bodies are not read."""
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer, which is the only one."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class FileAPIView(APIView):
    """The base of views that serve files: GET and HEAD, security headers on every answer, errors in JSON.

    The caller is authenticated after the row of the file is read, and only for files that are not public.
    """

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJSON
    http_method_names = ["get", "head"]
    schema = None

    def perform_authentication(self, request: Request) -> None:
        """Leave authentication to `serving.authentication.authenticate`."""

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, RangeNotSatisfiable):
            response["Content-Range"] = f"bytes */{exc.size}"
        return response

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        add_security_headers(response)
        drop_stale_cookie(request._request)
        return response


class FileView(FileAPIView):
    """`/files/{id}/{name}`: the current bytes.

    Any name is accepted, so that a URL stays valid when a file of another type replaces this one. The answer does not
    depend on it.
    """

    def get(self, request: Request, upload_id: str, name: str) -> HttpResponseBase:
        upload = visible_upload(request._request, parse_id(upload_id))
        servable = Servable.of_upload(upload, is_public=upload.is_public)
        return serve_object(request._request, servable, download=is_download(request))


class RenditionView(FileAPIView):
    """`/files/{id}/thumb-{size}/{name}` and `/files/{id}/jpeg/{name}`: a rendition, for those who may view the file."""

    def get(self, request: Request, upload_id: str, size: str, name: str) -> HttpResponseBase:
        upload = visible_upload(request._request, parse_id(upload_id))
        rendition = Rendition.objects.filter(upload=upload, kind=size, version=upload.version).first()
        if rendition is None:
            raise NotFound
        servable = Servable.of_rendition(upload, rendition, is_public=upload.is_public)
        return serve_object(request._request, servable, download=is_download(request))


class VersionView(FileAPIView):
    """`/files/{id}/versions/{n}/{name}`: an earlier version, for those who may edit the file."""

    def get(self, request: Request, upload_id: str, number: int, name: str) -> HttpResponseBase:
        upload = editable_upload(request._request, parse_id(upload_id))
        version = upload.versions.filter(number=min(number, HIGHEST)).first()
        if version is None:
            raise NotFound
        return serve_object(request._request, Servable.of_version(upload, version), download=is_download(request))


class NotFoundView(FileAPIView):
    """Every other URL below `/files/`."""

    def get(self, request: Request, **kwargs: str) -> HttpResponseBase:
        raise NotFound


def is_download(request: Request) -> bool:
    """Tell whether the file is asked for as an attachment."""
    return request.query_params.get("download") in {"1", "true"}
