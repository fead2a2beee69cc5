"""Whose a file is, whom it is granted to by name, and why somebody may do something to it."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from common.errors import DoesNotExist, Invalid
from permissions.access import Access, Explanation, explain
from permissions.api.requirements import SIGNED_IN, Requirement
from permissions.api.serializers import StrictSerializer
from permissions.choices import Action, Permission, Reason
from permissions.context import access_of
from permissions.models import User
from uploads.api.details import IdsField
from uploads.api.representation import represent_upload
from uploads.api.serializers import UploadDetailSerializer
from uploads.files.grants import grant_to, granted_people, hand_over_upload, members_of
from uploads.models import Upload

RIGHTS_ACTIONS: dict[str, Requirement] = dict.fromkeys(
    ("explain_access", "grants", "put_grants", "hand_over"), SIGNED_IN
)


class NamedPersonShape(serializers.Serializer):
    """Somebody of the organization."""

    id = serializers.UUIDField()
    username = serializers.CharField()


class NamedRoleShape(serializers.Serializer):
    """A role of the organization."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ExplanationShape(serializers.Serializer):
    """A decision and its reason."""

    allowed = serializers.BooleanField()
    because = serializers.ChoiceField(Reason.choices, help_text="Stable; for programs.")
    detail = serializers.CharField(help_text="A sentence; for people.")
    permissions = serializers.ListField(
        child=serializers.ChoiceField(Permission.choices),
        help_text="What the decision rests on; of a refusal, any one of them would turn it.",
    )
    roles = NamedRoleShape(many=True, help_text="As permissions: the allowed roles that let in, or would.")


class ActionsShape(serializers.Serializer):
    """One explanation for each thing that can be done to a file."""

    def get_fields(self) -> dict[str, Any]:
        return {action.value: ExplanationShape() for action in Action}


class AccessShape(serializers.Serializer):
    """What somebody may do to a file, and why."""

    user = NamedPersonShape()
    actions = ActionsShape()


class GrantsShape(serializers.Serializer):
    """Who may see the file by name while it is ROLE_BASED."""

    users = NamedPersonShape(many=True)


class GrantsSerializer(StrictSerializer):
    """The people who may see the file by name, all of them."""

    users = IdsField(max_length=1000)


class NewOwnerSerializer(StrictSerializer):
    """A member of the file's organization."""

    user = serializers.CharField(max_length=64)

    def validate_user(self, value: str) -> UUID:
        user_id = parse_id(value)
        if user_id is None:
            raise DoesNotExist(attr="user")
        return user_id


class RightsMixin:
    """Adds `access`, `grants` and `hand-over` to the viewset of uploads."""

    @extend_schema(
        summary="Why somebody may do something to a file",
        parameters=[OpenApiParameter("user", OpenApiTypes.UUID, description="A member; default: the caller.")],
        responses=AccessShape,
        filters=False,
    )
    @action(detail=True, url_path="access")
    def explain_access(self, request: Any, pk: str) -> Response:
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.EDIT)
        user, access = _asked_about(request, view)
        reasons = {what.value: _reason(user, access, what, upload) for what in Action}
        return Response({"user": _named(user), "actions": reasons})

    @extend_schema(summary="Who may see a file by name", responses=GrantsShape, filters=False)
    @action(detail=True)
    def grants(self, request: Any, pk: str) -> Response:
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.EDIT)
        return view.answer(upload, _represent_grants(upload))

    @extend_schema(summary="Set who may see a file by name", request=GrantsSerializer, responses=GrantsShape)
    @grants.mapping.put
    @transactional
    def put_grants(self, request: Any, pk: str) -> Response:
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.EDIT, lock=True)
        body = GrantsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        grant_to(upload=upload, users=body.validated_data["users"], by=view.access.user_id)
        return view.answer(upload, _represent_grants(upload))

    @extend_schema(
        summary="Give a file to another member", request=NewOwnerSerializer, responses=UploadDetailSerializer
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    @transactional
    def hand_over(self, request: Any, pk: str) -> Response:
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.HAND_OVER, lock=True)
        body = NewOwnerSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        hand_over_upload(upload=upload, to=body.validated_data["user"], by=view.access.user_id)
        return view.answer(upload, represent_upload(upload, view.access, request))


def _asked_about(request: Any, view: Any) -> tuple[User, Access]:
    """The person of `?user=`, by default the caller, and what they may do here. Raises DoesNotExist, Invalid."""
    unknown = set(request.query_params) - {"user"}
    if unknown:
        raise Invalid(f"There is no parameter {min(unknown)[:100]!r}.", code="unknown_parameter")
    asked = parse_id(request.query_params.get("user", str(view.user.pk)))
    if asked == view.user.pk:
        return view.user, view.access
    user = members_of(view.access.organization_id).filter(pk=asked).first()
    if user is None:
        raise DoesNotExist(attr="user")
    return user, access_of(user, view.access.organization_id)


def _reason(user: User, access: Access, what: Action, upload: Upload) -> dict[str, Any]:
    found = explain(access, what, upload) if user.is_active else Explanation(False, Reason.INACTIVE)
    return {
        "allowed": found.allowed,
        "because": found.reason,
        "detail": found.reason.label,
        "permissions": found.permissions,
        "roles": [{"id": str(role.pk), "name": role.name} for role in found.roles],
    }


def _named(user: User) -> dict[str, str]:
    return {"id": str(user.pk), "username": user.username}


def _represent_grants(upload: Upload) -> dict[str, Any]:
    return {"users": [_named(user) for user in granted_people(upload)]}
