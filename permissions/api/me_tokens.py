"""`/me/tokens/`: the named tokens of the signed-in user, for front ends and machines."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.errors import Invalid, NotFound
from permissions.api.requirements import ACCOUNT, SIGNED_IN
from permissions.api.serializers import StrictSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.authentication.tokens import issue_named_token, named_tokens
from permissions.choices import Permission
from permissions.models import ApiToken
from permissions.token_scopes import EVERY_PERMISSION, FULL, READ, shown_scope


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": [FULL, READ]},
            {"type": "array", "items": {"type": "string", "enum": Permission.values}, "minItems": 1},
        ]
    }
)
class TokenScopeField(serializers.Field[Any, Any, Any, Any]):
    """`"full"`, `"read"`, or a list of permissions."""

    default_error_messages = {"invalid": _("Must be “full”, “read”, or a list of permissions.")}

    def to_internal_value(self, data: object) -> str | list[str]:
        """Return the scope. Raises ValidationError."""
        if isinstance(data, str) and data in (FULL, READ):
            return data
        names = [each for each in data if isinstance(each, str)] if isinstance(data, list) else []
        if not names or names != data or not EVERY_PERMISSION.issuperset(names):
            self.fail("invalid")
        return names

    def to_representation(self, value: str) -> str | list[str]:
        return shown_scope(value)


class NamedTokenSerializer(StrictSerializer):
    """A named token, without the token itself."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=ApiToken.NAME_LENGTH)
    prefix = serializers.CharField(read_only=True, help_text="The first characters of the token.")
    scope = TokenScopeField(help_text="To what the token narrows the rights of its owner.")
    expires_at = serializers.DateTimeField(allow_null=True, required=False, default=None)
    last_used_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="To the minute.")
    created_at = serializers.DateTimeField(read_only=True)

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        """Raises ValidationError for a time that is over."""
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError(gettext("This time is over."), code="min_value")
        return value


class NewNamedTokenSerializer(NamedTokenSerializer):
    """A new token. It is shown only in this answer."""

    token = serializers.CharField(read_only=True)


class NamedTokenViewSet(ApiViewSet):
    """Named tokens of the signed-in user. They end with their owner's access, not with a sign-out or a new password."""

    requires = {"list": SIGNED_IN, "create": ACCOUNT, "destroy": ACCOUNT}
    acts_in_organization = False
    queryset = ApiToken.objects.none()
    serializer_class = NamedTokenSerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Return the caller's named tokens, newest first."""
        return named_tokens(self.user)

    @extend_schema(summary="List the named tokens of the signed-in user")
    def list(self, request: Request) -> Response:
        """Newest first, also expired ones. The token itself is shown only when it is created."""
        represent = NamedTokenSerializer().to_representation
        return self.page_response(self.get_queryset(), lambda rows: [represent(row) for row in rows])

    @extend_schema(
        summary="Create a named token", request=NamedTokenSerializer, responses={201: NewNamedTokenSerializer}
    )
    def create(self, request: Request) -> Response:
        """The scope only narrows what its owner may do. A token cannot create one that lives longer than itself."""
        fields = self.validate_body(NamedTokenSerializer)
        _require_no_longer_life(request.auth, fields["expires_at"])
        token, row = issue_named_token(user=self.user, **fields)
        return Response({**NamedTokenSerializer().to_representation(row), "token": token}, status=201)

    @extend_schema(summary="Revoke a named token", responses={204: OpenApiResponse(description="Revoked.")})
    def destroy(self, request: Request, pk: str) -> Response:
        """The next request with the token is 401."""
        row_id = parse_id(pk)
        if row_id is None or not self.get_queryset().filter(pk=row_id).delete()[0]:
            raise NotFound
        return Response(status=204)


def _require_no_longer_life(caller: object, expires_at: datetime | None) -> None:
    """Raise Invalid if a token of limited life would create one that outlives it. Sign-ins may create any."""
    limit = caller.expires_at if isinstance(caller, ApiToken) and caller.is_named else None
    if limit is not None and (expires_at is None or expires_at > limit):
        text = gettext("A token cannot create one that lives longer than itself: it ends at %(time)s.")
        raise Invalid(text % {"time": limit.isoformat(timespec="seconds")}, attr="expires_at", code="max_value")
