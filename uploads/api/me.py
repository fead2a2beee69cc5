"""Who is asking, and what they may do here."""

from typing import Any, cast
from uuid import UUID

from django.db.models import Q
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from permissions.access import Access
from permissions.api.requirements import SIGNED_IN
from permissions.api.viewsets import ApiViewSet
from permissions.models import Organization, Role, User
from uploads.api.me_serializers import AvatarSerializer, MeSerializer, PreferencesSerializer
from uploads.api.prefetch import avatar_urls
from uploads.models import StorageAccount
from uploads.serving.file_urls import origin_of
from uploads.usages.avatars import remove_avatar, set_avatar

QUOTAS = ("user_quota", "storage_quota")


class MeViewSet(ApiViewSet):
    """The signed-in user in the organization the request acts in."""

    requires = {"partial_update": SIGNED_IN, "retrieve": SIGNED_IN}
    serializer_class = MeSerializer
    pagination_class = None

    def retrieve(self, request: Request) -> Response:
        return Response(represent_me(self.user, self.access, origin_of(request)))

    @extend_schema(request=PreferencesSerializer, responses=MeSerializer)
    def partial_update(self, request: Request) -> Response:
        body = PreferencesSerializer(self.user, data=request.data, partial=True, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        self.user.save(update_fields=self._write(body.validated_data))
        return Response(represent_me(self.user, self.access, origin_of(request)))

    def _write(self, said: dict[str, str]) -> list[str]:
        for name, value in said.items():
            setattr(self.user, name, value)
        return list(said)


class AvatarViewSet(ApiViewSet):
    """The signed-in user's picture in that organization."""

    requires = {"update": SIGNED_IN, "destroy": SIGNED_IN}
    serializer_class = AvatarSerializer

    @extend_schema(responses=MeSerializer)
    def update(self, request: Request) -> Response:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        set_avatar(user_id=self.user.pk, upload=body.validated_data["upload"])
        return Response(represent_me(self.user, self.access, origin_of(request)))

    @extend_schema(responses={204: OpenApiResponse(description="No avatar any more.")})
    def destroy(self, request: Request) -> Response:
        remove_avatar(user_id=self.user.pk, organization_id=cast(UUID, self.access.organization_id))
        return Response(status=204)


def represent_me(user: User, access: Access, origin: str) -> dict[str, Any]:
    """Return the answer of `/me/`. `storage` is in bytes: of the user's own files here, and of the organization's."""
    here = cast(UUID, access.organization_id)
    organizations = Organization.objects.filter(
        Q(pk=here) | Q(pk__in=user.memberships.values("organization")), is_active=True
    )
    shown = {row["id"]: row for row in organizations.values("id", "slug", "name", *QUOTAS)}
    quotas = {pk: {name: row.pop(name) for name in QUOTAS} for pk, row in shown.items()}[here]
    accounts = StorageAccount.objects.filter(Q(user=user) | Q(user=None), organization_id=here)
    used: dict[UUID | None, int] = dict(accounts.values_list("user_id", "used"))
    return {
        "user": {
            "id": user.pk,
            "username": user.username,
            "email": user.email,
            "display_name": user.display_name,
            "language": user.language,
            "time_zone": user.time_zone,
            "avatar_url": avatar_urls([user.pk], access, origin).get(user.pk),
        },
        "organization": {
            **shown[here],
            "storage": {"used": used.get(None, 0), "quota": quotas["storage_quota"]},
        },
        "organizations": list(shown.values()),
        "roles": Role.objects.filter(pk__in=access.role_ids).values("id", "name"),
        "permissions": sorted(access.permissions),
        "storage": {
            "used": used.get(user.pk, 0),
            "quota": quotas["user_quota"],
        },
    }
