"""How endpoints are described in the OpenAPI schema."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.utils import OpenApiParameter
from drf_standardized_errors.openapi import AutoSchema

from permissions.api.requirements import ANYONE

ORGANIZATION = OpenApiParameter(
    name="X-Organization",
    type=str,
    location=OpenApiParameter.HEADER,
    description="Slug or id of the organization to act in; default: the caller's own default one.",
)


class ApiSchema(AutoSchema):
    """Adds what every endpoint of ours has: the organization's header and its possible refusals."""

    def get_override_parameters(self) -> list[Any]:
        return [ORGANIZATION] if getattr(self.view, "acts_in_organization", False) else []

    def get_auth(self) -> Any:
        auth = super().get_auth()
        is_open = getattr(self.view, "requires", {}).get(getattr(self.view, "action", None)) is ANYONE
        return [{}, *auth] if is_open else auth

    def _should_add_http401_error_response(self) -> bool:
        return True

    def _should_add_http403_error_response(self) -> bool:
        return True


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Token <token>`."""

    target_class = "permissions.api.authentication.BoundTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object("Authorization", "Token")
