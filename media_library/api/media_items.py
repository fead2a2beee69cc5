"""`/media-items/`: videos and sounds."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from common.rest.filters import OneOfField, RepeatableFilter
from media_library.api.media_representation import represent_media_item, represent_media_items
from media_library.api.media_serializers import (
    MediaItemCreateSerializer,
    MediaItemDetailSerializer,
    MediaItemSerializer,
    MediaItemUpdateSerializer,
    PlaybackSerializer,
)
from media_library.choices import MediaStatus, MediaType
from media_library.models import MediaItem
from media_library.playback.player_urls import addresses
from media_library.services.media_items import create_from_session, create_from_upload, transcode_again
from permissions.api.requirements import ANYONE, SIGNED_IN, AnonymousOr
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action, Permission
from uploads.api.filters import UPLOAD_ORDERING, FoundUploads
from uploads.api.paging import UploadPages
from uploads.api.public_lists import require_public_list
from uploads.api.representation import iso
from uploads.files.edit import edit_upload
from uploads.files.trash import delete_upload
from uploads.models import Upload
from uploads.serving.file_urls import origin_of


class MediaItemFilterSet(FoundUploads):
    """The list of videos and sounds."""

    media_type = RepeatableFilter("mediaitem__media_type", value=OneOfField(MediaType.values))
    status = RepeatableFilter("mediaitem__status", value=OneOfField(MediaStatus.values))
    ordering = UPLOAD_ORDERING


@extend_schema_view(
    list=extend_schema(summary="Videos and sounds one may see", responses=MediaItemSerializer(many=True)),
    retrieve=extend_schema(summary="One video or sound", responses=MediaItemDetailSerializer),
)
class MediaItemViewSet(ApiViewSet):
    """Videos and sounds. Who may do what to one is who may do it to its file."""

    # Whoever may try, the rule decides on the row.
    has_entity_tags = True
    requires = {
        "create": Permission.MEDIA_UPLOAD,
        "destroy": SIGNED_IN,
        "list": AnonymousOr(Permission.MEDIA_VIEW),
        "partial_update": SIGNED_IN,
        "playback": ANYONE,
        "retrieve": ANYONE,
        "transcode": SIGNED_IN,
    }
    queryset = Upload.objects.filter(mediaitem__isnull=False)
    serializer_class = MediaItemSerializer
    filterset_class = MediaItemFilterSet
    pagination_class = UploadPages

    def list(self, request: Any) -> Response:
        require_public_list(self.access)
        rows = self.queryset.allowing(self.access, Action.VIEW)
        return self.answer_page(rows, lambda page: represent_media_items(page, self.access, request))

    def retrieve(self, request: Any, pk: str) -> Response:
        return self.shown(self.get_row(self.queryset.all(), Action.VIEW))

    @extend_schema(
        request=MediaItemCreateSerializer, responses={201: MediaItemDetailSerializer, 200: MediaItemDetailSerializer}
    )
    def create(self, request: Any) -> Response:
        """Make a media item of an upload session or of an upload; a second time answers 200 with the same one."""
        body = MediaItemCreateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said: Any = dict(body.validated_data)
        session_id, upload_id = said.pop("upload_session", None), said.pop("upload", None)
        if session_id:
            item, is_new = create_from_session(access=self.access, session_id=session_id, details=said)
        else:
            item, is_new = create_from_upload(access=self.access, upload_id=upload_id, details=said)
        return self.shown(Upload.everything.get(pk=item.pk), 201 if is_new else 200)

    @extend_schema(request=MediaItemUpdateSerializer, responses=MediaItemDetailSerializer)
    @transaction.atomic
    def partial_update(self, request: Any, pk: str) -> Response:
        """Change what is said of it, and who may see it."""
        upload = self.get_row(self.queryset.all(), Action.EDIT, lock=True)
        body = MediaItemUpdateSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        edit_upload(upload=upload, details=body.validated_data, by=self.access.user_id)
        return self.shown(upload)

    @extend_schema(responses={204: None})
    @transaction.atomic
    def destroy(self, request: Any, pk: str) -> Response:
        """Put it into the trash with its file, from where it can be restored. Refused while it is used."""
        upload = self.get_row(self.queryset.all(), Action.DELETE, lock=True)
        delete_upload(access=self.access, upload=upload)
        return Response(status=204)

    @extend_schema(request=None, responses=MediaItemDetailSerializer)
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def transcode(self, request: Any, pk: str) -> Response:
        """Transcode a video that failed once more."""
        upload = self.get_row(self.queryset.all(), Action.EDIT, lock=True)
        transcode_again(item=MediaItem.everything.get(pk=upload.pk))
        return self.shown(upload)

    @extend_schema(responses=PlaybackSerializer, filters=False)
    @action(detail=True)
    def playback(self, request: Any, pk: str) -> Response:
        """Addresses for any player, good without signing in until they expire, or until one may not see it any more."""
        upload = self.get_row(self.queryset.all(), Action.VIEW)
        hls_key = MediaItem.everything.values_list("hls_key", flat=True).get(pk=upload.pk)
        play = addresses(origin_of(request), upload, hls_key, user_id=self.access.user_id)
        return Response({**play, "expires_at": iso(play["expires_at"])})

    def shown(self, upload: Upload, status: int = 200) -> Response:
        """Answer with one item as it is now."""
        return self.answer(upload, represent_media_item(upload, self.access, self.request), status)
