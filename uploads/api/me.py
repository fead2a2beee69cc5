"""`/me/`: the signed-in user, and what they may do in the organization."""

from typing import Any, cast
from uuid import UUID

from django.db.models import Q
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from permissions.access import Access
from permissions.api.requirements import ACCOUNT, SIGNED_IN
from permissions.api.viewsets import ApiViewSet
from permissions.models import Organization, Role, User
from uploads.api.me_serializers import AvatarSerializer, MeSerializer, PreferencesSerializer
from uploads.api.prefetch import avatar_url_of
from uploads.models import StorageAccount
from uploads.serving.file_urls import origin_of
from uploads.usages.avatars import remove_avatar, set_avatar

QUOTAS = ("user_quota", "storage_quota")


class MeViewSet(ApiViewSet):
    """The signed-in user in the organization of the request."""

    requires = {"partial_update": ACCOUNT, "retrieve": SIGNED_IN}
    serializer_class = MeSerializer
    pagination_class = None

    @extend_schema(summary="Read the signed-in user")
    def retrieve(self, request: Request) -> Response:
        """Roles, permissions and used storage in the organization of the request."""
        return Response(represent_me(self.user, self.access, origin_of(request)))

    @extend_schema(
        summary="Update the preferences of the signed-in user", request=PreferencesSerializer, responses=MeSerializer
    )
    def partial_update(self, request: Request) -> Response:
        """An empty text removes a preference."""
        preferences = self.validate_body(PreferencesSerializer, partial=True)
        for name, value in preferences.items():
            setattr(self.user, name, value)
        self.user.save(update_fields=list(preferences))
        return Response(represent_me(self.user, self.access, origin_of(request)))


class AvatarViewSet(ApiViewSet):
    """The signed-in user's avatar in the organization of the request."""

    requires = {"update": ACCOUNT, "destroy": ACCOUNT}
    serializer_class = AvatarSerializer

    @extend_schema(summary="Set the avatar", responses=MeSerializer)
    def update(self, request: Request) -> Response:
        """The file must be an AVATAR upload of the caller."""
        set_avatar(user_id=self.user.pk, upload=self.validate_body(AvatarSerializer)["upload"])
        return Response(represent_me(self.user, self.access, origin_of(request)))

    @extend_schema(summary="Remove the avatar", responses={204: OpenApiResponse(description="Removed.")})
    def destroy(self, request: Request) -> Response:
        """The upload itself is kept."""
        remove_avatar(user_id=self.user.pk, organization_id=cast(UUID, self.access.organization_id))
        return Response(status=204)


def represent_me(user: User, access: Access, origin: str) -> dict[str, Any]:
    """Return the representation of `user` in the organization of `access`. `storage` is in bytes. Five queries."""
    organization_id = cast(UUID, access.organization_id)
    organizations = Organization.objects.filter(
        Q(pk=organization_id) | Q(pk__in=user.memberships.values("organization")), is_active=True
    )
    payloads = {row["id"]: row for row in organizations.values("id", "slug", "name", *QUOTAS)}
    quotas = {pk: {name: row.pop(name) for name in QUOTAS} for pk, row in payloads.items()}[organization_id]
    accounts = StorageAccount.objects.filter(Q(user=user) | Q(user=None), organization_id=organization_id)
    used: dict[UUID | None, int] = dict(accounts.values_list("user_id", "used"))
    return {
        "user": {
            "id": user.pk,
            "username": user.username,
            "email": user.email,
            "display_name": user.display_name,
            "language": user.language,
            "time_zone": user.time_zone,
            "avatar_url": avatar_url_of(user.pk, access, origin),
        },
        "organization": {
            **payloads[organization_id],
            "storage": {"used": used.get(None, 0), "quota": quotas["storage_quota"]},
        },
        "organizations": list(payloads.values()),
        "roles": Role.objects.filter(pk__in=access.role_ids).values("id", "name"),
        "permissions": sorted(access.permissions),
        "storage": {
            "used": used.get(user.pk, 0),
            "quota": quotas["user_quota"],
        },
    }
