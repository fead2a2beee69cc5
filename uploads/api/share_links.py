"""`/uploads/{id}/share-links/`: links to one file, for those who may share it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.rest.keyset import OffsetOrCursor
from permissions.api.serializers import StrictSerializer
from permissions.choices import Action, Permission
from permissions.filtering import PAGING, narrowed
from uploads.models import ShareLink, Upload
from uploads.serving.file_urls import origin_of, share_url
from uploads.sharing.links import LONGEST, create_share_link, revoke_share_link

WHO_SHARES = (Permission.MEDIA_EDIT_OWN, Permission.MEDIA_EDIT_ALL)
DEFAULT_LIFE = timedelta(days=7)


class MakerShape(serializers.Serializer):
    """Who made a link."""

    id = serializers.UUIDField()
    username = serializers.CharField()


class ShareLinkSerializer(serializers.ModelSerializer):
    """A link to one file. `url` opens the file, and stays readable here until the link is over; then it is null."""

    url = serializers.SerializerMethodField()
    created_by = MakerShape(read_only=True)

    class Meta:
        model = ShareLink
        fields = ["id", "url", "created_by", "created_at", "expires_at", "revoked_at", "access_count", "last_used_at"]
        read_only_fields = fields

    def get_url(self, link: ShareLink) -> str | None:
        if not link.is_good_at(self.context["now"]):
            return None
        return share_url(origin_of(self.context["request"]), link.pk, link.upload.filename)


class NewShareLinkSerializer(StrictSerializer):
    """For how long a link is to be good."""

    expires_in = serializers.IntegerField(
        min_value=1,
        max_value=int(LONGEST.total_seconds()),
        default=int(DEFAULT_LIFE.total_seconds()),
        help_text="Seconds.",
    )


class ShareLinksMixin:
    """Adds links to the viewset of uploads; `SHARE_LINK_ACTIONS` says what each action requires."""

    @extend_schema(summary="Links to a file, newest first", filters=False, responses=ShareLinkSerializer(many=True))
    @action(detail=True, url_path="share-links", pagination_class=OffsetOrCursor)
    def share_links(self, request: Request, pk: str) -> Response:
        view: Any = self
        links = self._shared_upload().share_links.select_related("upload", "created_by")
        unknown = {name: values for name, values in request.query_params.lists() if name not in PAGING}
        page = view.paginate_queryset(narrowed(links, unknown, {}, view.access))
        return view.get_paginated_response(self._represent_links(page, many=True))

    @extend_schema(
        summary="Make a link to a file", request=NewShareLinkSerializer, responses={201: ShareLinkSerializer}
    )
    @share_links.mapping.post
    def create_share_link(self, request: Request, pk: str) -> Response:
        body = NewShareLinkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        expires_in = timedelta(seconds=body.validated_data["expires_in"])
        access = self.access  # type: ignore[attr-defined]
        link = create_share_link(access=access, upload=self._shared_upload(), expires_in=expires_in)
        return Response(self._represent_links(link), status=201)

    @extend_schema(
        summary="Revoke a link",
        parameters=[OpenApiParameter("link", UUID, OpenApiParameter.PATH)],
        responses={204: OpenApiResponse(description="It opens nothing any more.")},
    )
    @action(detail=True, url_path=r"share-links/(?P<link>[^/.]+)", methods=["delete"])
    def revoke_share_link(self, request: Request, pk: str, link: str) -> Response:
        access = self.access  # type: ignore[attr-defined]
        revoke_share_link(access=access, upload=self._shared_upload(), link_id=parse_id(link))
        return Response(status=204)

    def _shared_upload(self) -> Upload:
        return self.get_row(Upload.objects.all(), Action.SHARE)  # type: ignore[attr-defined]

    def _represent_links(self, links: Any, *, many: bool = False) -> Any:
        context = {"request": self.request, "now": timezone.now()}  # type: ignore[attr-defined]
        return ShareLinkSerializer(links, many=many, context=context).data


SHARE_LINK_ACTIONS = dict.fromkeys(("share_links", "create_share_link", "revoke_share_link"), WHO_SHARES)
