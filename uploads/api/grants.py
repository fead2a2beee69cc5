"""`/uploads/{id}/access/`, `/grants/` and `/hand-over/`: who may do what to a file, and who owns it."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from common.errors import DoesNotExist, Invalid
from permissions.access import Access, Explanation, explain
from permissions.api.requirements import SIGNED_IN
from permissions.api.serializers import StrictSerializer
from permissions.choices import Action, Permission, Reason
from permissions.context import access_of
from permissions.models import User
from uploads.api.details import IdsField
from uploads.api.nested import NestedUploadViewSet
from uploads.api.serializers import RoleSummarySerializer, UploadDetailSerializer, UserSerializer
from uploads.files.grants import grant_to, granted_people, hand_over_upload, members_of
from uploads.models import Upload


class ExplanationSerializer(serializers.Serializer[Any]):
    """A decision and its reason."""

    allowed = serializers.BooleanField()
    because = serializers.ChoiceField(Reason.choices, help_text="Stable identifier for programs.")
    detail = serializers.CharField(help_text="Sentence for people.")
    permissions = serializers.ListField(
        child=serializers.ChoiceField(Permission.choices),
        help_text="Permissions behind the decision; after a refusal, any one of them would allow it.",
    )
    roles = RoleSummarySerializer(
        many=True, help_text="Like `permissions`: the allowed roles behind the decision, or that would allow it."
    )


class ActionExplanationsSerializer(serializers.Serializer[Any]):
    """An explanation for each action."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return a field for each action."""
        return {action.value: ExplanationSerializer() for action in Action}


class AccessExplanationSerializer(serializers.Serializer[Any]):
    """What a user may do to a file, and why."""

    user = UserSerializer()
    actions = ActionExplanationsSerializer()


class GrantsSerializer(serializers.Serializer[Any]):
    """The users to whom the file is granted by name, while it is ROLE_BASED."""

    users = UserSerializer(many=True)


class GrantsUpdateSerializer(StrictSerializer):
    """All users to whom the file is to be granted by name."""

    users = IdsField(max_length=1000)


class HandOverSerializer(StrictSerializer):
    """The new owner, a member of the file's organization."""

    user = serializers.CharField(max_length=64)

    def validate_user(self, value: str) -> UUID:
        """Return the id. Raises DoesNotExist for a text that cannot be one."""
        user_id = parse_id(value)
        if user_id is None:
            raise DoesNotExist(attr="user")
        return user_id


class GrantViewSet(NestedUploadViewSet):
    """Access to one file, and its owner."""

    requires = dict.fromkeys(("explain_access", "grants", "hand_over", "put_grants"), SIGNED_IN)
    serializer_class = GrantsSerializer

    @extend_schema(
        summary="Explain what a user may do to a file",
        parameters=[OpenApiParameter("user", OpenApiTypes.UUID, description="Id of a member; default: the caller.")],
        responses=AccessExplanationSerializer,
    )
    @action(detail=True, url_path="access")
    def explain_access(self, request: Request, pk: str) -> Response:
        """`because` names the rule behind each decision. For callers who may edit the file."""
        upload = self.get_upload(Action.EDIT)
        user, access = self._explained_user()
        reasons = {action.value: _explain(user, access, action, upload) for action in Action}
        return Response({"user": _represent_user(user), "actions": reasons})

    @extend_schema(summary="List the users to whom a file is granted", responses=GrantsSerializer)
    @action(detail=True)
    def grants(self, request: Request, pk: str) -> Response:
        """These users may see the file while it is ROLE_BASED. For callers who may edit the file."""
        upload = self.get_upload(Action.EDIT)
        return self.detail_response(upload, _represent_grants(upload))

    @extend_schema(
        summary="Set the users to whom a file is granted", request=GrantsUpdateSerializer, responses=GrantsSerializer
    )
    @grants.mapping.put
    @transactional
    def put_grants(self, request: Request, pk: str) -> Response:
        """Replaces the list; 400 `does_not_exist` for a user who is no member of the organization."""
        upload = self.get_upload(Action.EDIT, lock=True)
        users = self.validate_body(GrantsUpdateSerializer)["users"]
        grant_to(upload=upload, users=users, by=self.access.user_id)
        return self.detail_response(upload, _represent_grants(upload))

    @extend_schema(
        summary="Hand a file over to another member", request=HandOverSerializer, responses=UploadDetailSerializer
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    @transactional
    def hand_over(self, request: Request, pk: str) -> Response:
        """The size of the file then counts against the quota of the new owner. Needs media_edit_all."""
        upload = self.get_upload(Action.HAND_OVER, lock=True)
        hand_over_upload(upload=upload, to=self.validate_body(HandOverSerializer)["user"], by=self.access.user_id)
        return self.upload_response(upload)

    def _explained_user(self) -> tuple[User, Access]:
        """Return the member of `?user=` (default: the caller) and what they may do. Raises DoesNotExist, Invalid."""
        parameters = self.request.query_params
        unknown = set(parameters) - {"user"}
        if unknown:
            raise Invalid(_("There is no parameter %(name)r.") % {"name": min(unknown)[:100]}, code="unknown_parameter")
        user_id = parse_id(parameters.get("user", str(self.user.pk)))
        if user_id == self.user.pk:
            return self.user, self.access
        user = members_of(self.access.organization_id).filter(pk=user_id).first() if user_id else None
        if user is None:
            raise DoesNotExist(attr="user")
        return user, access_of(user, self.access.organization_id or "")


def _explain(user: User, access: Access, action: Action, upload: Upload) -> dict[str, Any]:
    explanation = explain(access, action, upload) if user.is_active else Explanation(False, Reason.INACTIVE)
    return {
        "allowed": explanation.allowed,
        "because": explanation.reason,
        "detail": explanation.reason.label,
        "permissions": explanation.permissions,
        "roles": [{"id": str(role.pk), "name": role.name} for role in explanation.roles],
    }


def _represent_user(user: User) -> dict[str, str]:
    return {"id": str(user.pk), "username": user.username}


def _represent_grants(upload: Upload) -> dict[str, Any]:
    return {"users": [_represent_user(user) for user in granted_people(upload)]}
