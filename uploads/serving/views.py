"""The addresses of files."""

from typing import Any

from django.http import HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.db.ids import parse_id
from common.errors import NotFound
from uploads.errors import RangeNotSatisfiable
from uploads.models import Rendition
from uploads.serving.authentication import editable_upload, leave_no_cookie, visible_upload
from uploads.serving.headers import protect
from uploads.serving.objects import serve_object
from uploads.serving.servable import Servable

HIGHEST = 2**31 - 1  # that a column of numbers holds


class JsonWhateverIsAccepted(BaseContentNegotiation):
    """Errors are JSON; `Accept: image/*` is about the file."""

    def select_parser(self, request: Any, parsers: Any) -> None:
        return None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class Outgoing(APIView):
    """The base of views from which bytes leave: GET and HEAD, safe headers on every answer, errors in JSON.

    Nobody is asked who they are before the file is known: `callers` does that where it matters.
    """

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = JsonWhateverIsAccepted
    http_method_names = ["get", "head"]
    schema = None

    def perform_authentication(self, request: Request) -> None:
        """Left to `callers.caller_of`."""

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, RangeNotSatisfiable):
            response["Content-Range"] = f"bytes */{exc.size}"
        return response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        protect(response)
        leave_no_cookie(request)
        return response


class FileView(Outgoing):
    """`/files/{id}/{name}`: the current bytes.

    The name is there for people and for saved copies: any name serves, so that an address outlives a replacement by
    a file of another type, and nothing of it reaches the answer.
    """

    def get(self, request: Request, upload_id: str, name: str) -> HttpResponseBase:
        upload = visible_upload(request._request, parse_id(upload_id))
        servable = Servable.of_upload(upload, is_public=upload.is_public)
        return serve_object(request._request, servable, download=wants_download(request))


class RenditionView(Outgoing):
    """`/files/{id}/thumb-{size}/{name}`: a smaller picture, under the same decision as the file itself."""

    def get(self, request: Request, upload_id: str, size: str, name: str) -> HttpResponseBase:
        upload = visible_upload(request._request, parse_id(upload_id))
        rendition = Rendition.objects.filter(upload=upload, kind=size, version=upload.version).first()
        if rendition is None:
            raise NotFound
        servable = Servable.of_rendition(upload, rendition, is_public=upload.is_public)
        return serve_object(request._request, servable, download=wants_download(request))


class VersionView(Outgoing):
    """`/files/{id}/versions/{n}/{name}`: earlier bytes, for those who could bring them back."""

    def get(self, request: Request, upload_id: str, number: int, name: str) -> HttpResponseBase:
        upload = editable_upload(request._request, parse_id(upload_id))
        version = upload.versions.filter(number=min(number, HIGHEST)).first()
        if version is None:
            raise NotFound
        return serve_object(request._request, Servable.of_version(upload, version), download=wants_download(request))


class NowhereView(Outgoing):
    """Everything else below `/files/`."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        raise NotFound


def wants_download(request: Request) -> bool:
    return request.query_params.get("download") in {"1", "true"}
