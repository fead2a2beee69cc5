"""Parts of the OpenAPI schema that all endpoints share."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.utils import Direction, OpenApiParameter, extend_schema_field
from rest_framework import serializers

from permissions.api.requirements import ANYONE, AnonymousOr

ORGANIZATION = OpenApiParameter(
    name="X-Organization",
    type=str,
    location=OpenApiParameter.HEADER,
    description="Slug or id of the organization to act in; default: the caller's default organization.",
)
ENTITY_TAG = OpenApiParameter(
    name="ETag",
    type=str,
    location=OpenApiParameter.HEADER,
    response=["200", "201"],
    description="Changes with every change of the row; the value to send as `If-Match`.",
)
IF_MATCH = OpenApiParameter(
    name="If-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    description="The `ETag` of the row as it was read; 412 if the row has changed since.",
)
ERROR_TYPES = ["validation_error", "client_error", "server_error"]
REFUSALS = {
    "400": "The request is not valid.",
    "401": "No valid credentials.",
    "403": "The caller may not do this.",
    "404": "Not found in this organization.",
    "429": "Too many requests; see Retry-After.",
    "503": "A required service is not available; see Retry-After.",
}
REFUSALS_OF_WRITES = {
    "409": "The current state does not allow this.",
    "412": "The row has changed since it was read.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
}


@extend_schema_field(
    {
        "type": "array",
        "items": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "object", "additionalProperties": {}}]},
    }
)
class ErrorItemsField(serializers.ListField):
    """Ids, numbers or objects, depending on the code."""


class ErrorSerializer(serializers.Serializer[Any]):
    """One error."""

    code = serializers.CharField(help_text="Stable identifier for programs.")
    detail = serializers.CharField(help_text="Sentence for people.")
    attr = serializers.CharField(allow_null=True, help_text="Field or parameter that the error is about.")
    items = ErrorItemsField(
        required=False,
        help_text="The reasons in detail: ids (`denied`), usages (`in_use`), missing parts (`not_uploaded`), the "
        "numbers `shown` and `matching` (`selection_changed`).",
    )


class ErrorsSerializer(serializers.Serializer[Any]):
    """The body of every error of the API."""

    type = serializers.ChoiceField(ERROR_TYPES)
    errors: Any = ErrorSerializer(many=True)  # also the name of an attribute of DRF's serializers


class ApiSchema(AutoSchema):
    """Adds the parts that every endpoint has: the header of the organization, and errors in one shape.

    drf-standardized-errors can list the codes of each field; services raise further ones, so that the shape is open.
    """

    def get_override_parameters(self) -> list[Any]:
        """Return the headers of an operation beyond its own parameters."""
        parameters = [ORGANIZATION] if getattr(self.view, "acts_in_organization", False) else []
        action = getattr(self.view, "action", None) if getattr(self.view, "has_entity_tags", False) else None
        if action in {"retrieve", "create", "partial_update"}:
            parameters.append(ENTITY_TAG)
        if action in {"partial_update", "destroy"}:
            parameters.append(IF_MATCH)
        return parameters

    def get_auth(self) -> list[dict[str, Any]]:
        """Return the authentication schemes; `{}` first where anonymous callers are let in."""
        requirement = getattr(self.view, "requires", {}).get(getattr(self.view, "action", None))
        is_open = requirement is ANYONE or isinstance(requirement, AnonymousOr)
        return [{}, *super().get_auth()] if is_open else super().get_auth()

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction=direction)
        reads = self.method in {"GET", "HEAD"}
        refusals = REFUSALS if reads else REFUSALS | REFUSALS_OF_WRITES
        for status, description in refusals.items():
            if status not in responses:
                responses[status] = {
                    **self._get_response_for_code(ErrorsSerializer, status),
                    "description": description,
                }
        return dict(sorted(responses.items()))


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Token <token>`."""

    target_class = "permissions.authentication.tokens.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the security scheme of tokens."""
        return build_bearer_security_scheme_object("Authorization", "Token")
