"""Response headers for browsers and caches."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict Content-Security-Policy everywhere, and the looser ones of settings.CSP_BY_PREFIX where needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.strict = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Write the policy; the strict one is put together once."""
        if settings.DEBUG or self._is_special(request, response):
            return super().process_response(request, response)
        response.headers[HEADER] = self.strict
        return response

    def _is_special(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        """Tell whether a prefix, a decorator, a nonce or a setting changes the policy."""
        return (
            request.path_info.startswith(tuple(settings.CSP_BY_PREFIX))
            or HEADER in response.headers
            or any(name.startswith("_csp_") for name in vars(response))
            or "_csp_nonce" in vars(request)
            or getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None) is not None
        )

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        for prefix, directives in settings.CSP_BY_PREFIX.items():
            if not report_only and request.path_info.startswith(prefix):
                parts.config = parts.config or {"default-src": None, **directives}
        return parts


class ApiCacheMiddleware:
    """Forbids caches to store responses of the API, which depend on caller, origin and organization.

    Responses that are marked `public` are left alone: they are the same for every anonymous caller.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/api/"):
            if not response.headers.get("Cache-Control", "").startswith("public"):
                response["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Authorization", "Cookie", "X-Organization", "Origin"])
        return response
