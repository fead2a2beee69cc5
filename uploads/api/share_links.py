"""`/uploads/{id}/share-links/`: signed links to one file, for callers who may share it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from permissions.api.serializers import StrictSerializer
from permissions.choices import Action, Permission
from uploads.api.nested import NestedUploadViewSet
from uploads.api.serializers import UserSerializer
from uploads.models import ShareLink
from uploads.serving.file_urls import origin_of, share_url
from uploads.sharing.links import MAX_LIFETIME, create_share_link, revoke_share_link

SHARERS = (Permission.MEDIA_EDIT_OWN, Permission.MEDIA_EDIT_ALL)
DEFAULT_LIFE = timedelta(days=7)


class ShareLinkSerializer(serializers.ModelSerializer[ShareLink]):
    """A link to one file. `url` serves the file to anyone; null once the link is expired or revoked."""

    url = serializers.SerializerMethodField()
    created_by = UserSerializer(read_only=True)

    class Meta:
        model = ShareLink
        fields = ["id", "url", "created_by", "created_at", "expires_at", "revoked_at", "access_count", "last_used_at"]
        read_only_fields = fields

    def get_url(self, link: ShareLink) -> str | None:
        """Return the URL that serves the file; None once the link is expired or revoked."""
        if not link.is_active_at(self.context["now"]):
            return None
        return share_url(origin_of(self.context["request"]), link.pk, link.upload.filename)


class ShareLinkCreateSerializer(StrictSerializer):
    """The lifetime of a new link."""

    expires_in = serializers.IntegerField(
        min_value=1,
        max_value=int(MAX_LIFETIME.total_seconds()),
        default=int(DEFAULT_LIFE.total_seconds()),
        help_text="Seconds.",
    )


class ShareLinkViewSet(NestedUploadViewSet):
    """Share links of one file."""

    requires = {"create": SHARERS, "destroy": SHARERS, "list": SHARERS}
    lookup_url_kwarg = "link"
    serializer_class = ShareLinkSerializer

    @extend_schema(summary="List the share links of a file, newest first", responses=ShareLinkSerializer(many=True))
    def list(self, request: Request, pk: str) -> Response:
        """For callers who may share the file."""
        links = self.get_upload(Action.SHARE).share_links.select_related("upload", "created_by")
        return self.page_response(links, self.represent_links)

    @extend_schema(
        summary="Create a share link", request=ShareLinkCreateSerializer, responses={201: ShareLinkSerializer}
    )
    def create(self, request: Request, pk: str) -> Response:
        """The link expires after `expires_in` seconds: 7 days by default, 90 days at most."""
        expires_in = timedelta(seconds=self.validate_body(ShareLinkCreateSerializer)["expires_in"])
        link = create_share_link(access=self.access, upload=self.get_upload(Action.SHARE), expires_in=expires_in)
        return Response(self.represent_links([link])[0], status=201)

    @extend_schema(
        summary="Revoke a share link",
        parameters=[OpenApiParameter("link", UUID, OpenApiParameter.PATH)],
        responses={204: OpenApiResponse(description="Revoked.")},
    )
    def destroy(self, request: Request, pk: str, link: str) -> Response:
        """Takes effect at once. Repeating the request returns 204."""
        revoke_share_link(access=self.access, upload=self.get_upload(Action.SHARE), link_id=parse_id(link))
        return Response(status=204)

    def represent_links(self, links: Sequence[ShareLink]) -> Sequence[dict[str, Any]]:
        """Return the representation of each of `links`, whose upload and creator are loaded."""
        return self.serialize(ShareLinkSerializer, links, now=timezone.now())
