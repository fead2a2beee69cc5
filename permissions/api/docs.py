"""The OpenAPI schema and the Swagger UI that shows it, open to everybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import BaseContentNegotiation

from permissions.errors import error_body


class ReadsOnly:
    """Answers everything but GET and HEAD with 405 before DRF, whose page templates cannot show an error."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        detail = f'Method "{request.method}" not allowed.'
        body = error_body(status=405, code="method_not_allowed", detail=detail)
        return JsonResponse(body, status=405, headers={"Allow": "GET, HEAD"})


class FirstRenderer(BaseContentNegotiation):
    """The page is what it is, whatever the caller would rather have."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class SchemaView(ReadsOnly, SpectacularAPIView):
    """The contract is public: it shows no rows, and no names of any organization."""

    authentication_classes = ()


class DocsView(ReadsOnly, SpectacularSwaggerSplitView):
    """Swagger UI from this host, its script in a request of its own so that the policy needs no inline scripts."""

    authentication_classes = ()
    content_negotiation_class = FirstRenderer
    url_name = "schema"
