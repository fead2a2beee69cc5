"""The OpenAPI schema and the Swagger UI that shows it, both public."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.encoding import force_bytes
from django.utils.translation import gettext
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from common.errors import error_body


class ReadOnlyView(APIView):
    """Answers every method but GET and HEAD with 405 before DRF, whose page templates cannot show an error."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer GET and HEAD; 405 with an error body otherwise."""
        if request.method in {"GET", "HEAD"}:
            return super().dispatch(request, *args, **kwargs)
        detail = gettext('Method "%(method)s" not allowed.') % {"method": request.method}
        body = error_body(status=405, code="method_not_allowed", detail=detail)
        return JsonResponse(body, status=405, headers={"Allow": "GET, HEAD"})


class FirstRenderer(BaseContentNegotiation):
    """Takes the first renderer, whatever the caller accepts: the page has one form."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


@dataclass(frozen=True, slots=True)
class Document:
    """The schema in one format."""

    body: bytes
    etag: str


class SchemaDocuments:
    """The schema in both formats, which depends on the code alone: generated at the first request of a process.

    That takes half a second of processor time; requests that come in meanwhile wait for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, Document] = {}

    def get(self, format_name: str) -> Document:
        """Return the document in "yaml" or "json"."""
        with self._lock:
            if not self._made:
                self._made = self._make()
        return self._made[format_name]

    def _make(self) -> dict[str, Document]:
        with translation.override(settings.LANGUAGE_CODE):
            schema = SchemaGenerator().get_schema(request=None, public=True)
        renderers = {"yaml": OpenApiYamlRenderer(), "json": OpenApiJsonRenderer()}
        bodies = {name: force_bytes(each.render(schema, renderer_context={})) for name, each in renderers.items()}
        return {name: Document(body, f'"{blake2b(body, digest_size=16).hexdigest()}"') for name, body in bodies.items()}


documents = SchemaDocuments()


class SchemaView(ReadOnlyView, SpectacularAPIView):
    """The contract is public: it shows no rows, and no names of any organization. Parameters change nothing in it."""

    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the schema, or 304 if the caller has it."""
        renderer = request.accepted_renderer
        is_json = renderer.media_type.endswith("json")
        document = documents.get("json" if is_json else "yaml")
        headers = {"ETag": document.etag, "Cache-Control": "public, max-age=300"}
        answer = HttpResponse(document.body, content_type=renderer.media_type, headers=headers)
        return get_conditional_response(request._request, etag=document.etag, response=answer) or answer


class DocsView(ReadOnlyView, SpectacularSwaggerSplitView):
    """Swagger UI from this host, its script in a request of its own so that the policy needs no inline scripts."""

    authentication_classes = ()
    content_negotiation_class = FirstRenderer
    url_name = "schema"
