"""`/me/`: the signed-in user, and what they may do in the organization."""

from typing import Any, cast
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Value, When
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.json_rows import IdText, JSONRows
from common.db.statements import Statement
from permissions.access import Access
from permissions.api.requirements import ACCOUNT, SIGNED_IN
from permissions.api.viewsets import ApiViewSet
from permissions.models import Membership, Organization, Role, User
from uploads.api.me_serializers import AvatarSerializer, MeSerializer, PreferencesSerializer
from uploads.api.prefetch import avatar_rows, avatar_url
from uploads.models import StorageAccount
from uploads.serving.file_urls import origin_of
from uploads.usages.avatars import remove_avatar, set_avatar

QUOTAS = ("user_quota", "storage_quota")
OF_ALL, OF_USER = 0, 1  # whose storage an account counts


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
    """Return the representation of `user` in the organization of `access`. `storage` is in bytes. One query."""
    rows = {row["id"]: row for row in Statement(_organizations_of, (user.pk, str(user.pk), access)).fetch()}
    current = rows[cast(UUID, access.organization_id)]
    used: dict[int, int] = dict(current["accounts"])
    summaries = {pk: {name: row[name] for name in ("id", "slug", "name")} for pk, row in rows.items()}
    return {
        "user": {
            "id": user.pk,
            "username": user.username,
            "email": user.email,
            "display_name": user.display_name,
            "language": user.language,
            "time_zone": user.time_zone,
            "avatar_url": avatar_url(current["avatar"], origin),
        },
        "organization": {
            **summaries[current["id"]],
            "storage": {"used": used.get(OF_ALL, 0), "quota": current["storage_quota"]},
        },
        "organizations": list(summaries.values()),
        "roles": [{"id": pk, "name": name} for pk, name in current["own_roles"]],
        "permissions": sorted(access.permissions),
        "storage": {"used": used.get(OF_USER, 0), "quota": current["user_quota"]},
    }


def _organizations_of(user_id: UUID, entity_id: str, access: Access) -> QuerySet[Any, dict[str, Any]]:
    """Return the organization of `access` and those of the user's memberships, with what `represent_me` shows."""
    current = access.organization_id  # the row itself; a superuser may have no membership of it
    mine = Q(pk=current) | Q(pk__in=Membership.objects.filter(user=user_id).values("organization"))
    organization = OuterRef("pk")
    accounts = StorageAccount.objects.filter(Q(user=user_id) | Q(user=None), organization=organization).order_by()
    whose = Case(When(user=None, then=Value(OF_ALL)), default=Value(OF_USER))
    roles = Role.objects.filter(pk__in=access.role_ids, organization=organization)
    avatars = avatar_rows(access).filter(entity_id=entity_id, upload__organization=organization)
    return Organization.objects.filter(mine, is_active=True).values(
        *("id", "slug", "name", *QUOTAS),
        accounts=JSONRows(accounts.values_list(whose, "used")),
        own_roles=JSONRows(roles.values_list(IdText(F("pk")), "name")),
        avatar=JSONRows(avatars),
    )
