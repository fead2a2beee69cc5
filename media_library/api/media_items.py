"""`/media-items/`: video and audio files."""

from typing import cast

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.transactions import transactional
from common.rest.filters import OneOfField, RepeatableFilter
from media_library.api.media_representation import media_item_rows, represent_media_item, represent_media_items
from media_library.api.media_serializers import (
    MediaItemCreateSerializer,
    MediaItemDetailSerializer,
    MediaItemSerializer,
    MediaItemUpdateSerializer,
    PlaybackSerializer,
)
from media_library.captions.documents import shown_captions
from media_library.choices import MediaStatus, MediaType
from media_library.models import MediaItem
from media_library.playback.player_urls import playback_urls
from media_library.services.media_items import create_from_session, create_from_upload, transcode_again
from permissions.access import Access
from permissions.api.requirements import ANYONE, SIGNED_IN, AnonymousOr
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action, Permission
from uploads.api.filters import UPLOAD_ORDERING, SearchFilterSet
from uploads.api.public_lists import require_public_list
from uploads.api.representation import iso
from uploads.files.edit import Details, edit_upload
from uploads.files.trash import delete_upload
from uploads.models import Upload
from uploads.querysets import UploadQuerySet
from uploads.serving.file_urls import origin_of


class MediaItemFilterSet(SearchFilterSet):
    """The list of media items."""

    media_type = RepeatableFilter("mediaitem__media_type", value=OneOfField(MediaType.values))
    status = RepeatableFilter("mediaitem__status", value=OneOfField(MediaStatus.values))
    ordering = UPLOAD_ORDERING


MEDIA_ITEMS = Upload.objects.filter(mediaitem__isnull=False)


def visible_media_items(access: Access) -> UploadQuerySet:
    """Return the media items that the caller may see."""
    return MEDIA_ITEMS.allowing(access, Action.VIEW)


@extend_schema_view(
    list=extend_schema(summary="List media items", responses=MediaItemSerializer(many=True)),
    retrieve=extend_schema(summary="Read a media item", responses=MediaItemDetailSerializer),
)
class MediaItemViewSet(ApiViewSet):
    """Media items. The access rule of its file decides what a caller may do to an item."""

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
    queryset = MEDIA_ITEMS
    serializer_class = MediaItemSerializer
    filterset_class = MediaItemFilterSet

    def list(self, request: Request) -> Response:
        require_public_list(self.access)
        page = self.read_page(visible_media_items, media_item_rows)
        return self.get_paginated_response(represent_media_items(page, self.access, request))

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.item_response(self.get_row(self.queryset.all(), Action.VIEW))

    @extend_schema(
        request=MediaItemCreateSerializer, responses={201: MediaItemDetailSerializer, 200: MediaItemDetailSerializer}
    )
    def create(self, request: Request) -> Response:
        """Create a media item from an upload session or an upload; a repeated call answers 200 with the same item."""
        fields = self.validate_body(MediaItemCreateSerializer)
        session_id, upload_id = fields.pop("upload_session", None), fields.pop("upload", None)
        details = cast(Details, fields)
        if session_id:
            item, is_new = create_from_session(access=self.access, session_id=session_id, details=details)
        else:
            item, is_new = create_from_upload(access=self.access, upload_id=upload_id, details=details)
        return self.item_response(Upload.everything.get(pk=item.pk), 201 if is_new else 200)

    @extend_schema(request=MediaItemUpdateSerializer, responses=MediaItemDetailSerializer)
    @transactional
    def partial_update(self, request: Request, pk: str) -> Response:
        """Update the texts of a media item, and who may see it."""
        upload = self.get_row(self.queryset.all(), Action.EDIT, lock=True)
        details = cast(Details, self.validate_body(MediaItemUpdateSerializer, partial=True))
        edit_upload(upload=upload, details=details, by=self.access.user_id)
        return self.item_response(upload)

    @extend_schema(responses={204: None})
    @transactional
    def destroy(self, request: Request, pk: str) -> Response:
        """Move a media item with its file to the trash; 409 while it is in use."""
        delete_upload(access=self.access, upload=self.get_row(self.queryset.all(), Action.DELETE, lock=True))
        return Response(status=204)

    @extend_schema(request=None, responses=MediaItemDetailSerializer)
    @action(detail=True, methods=["post"])
    @transactional
    def transcode(self, request: Request, pk: str) -> Response:
        """Transcode a failed video again."""
        upload = self.get_row(self.queryset.all(), Action.EDIT, lock=True)
        transcode_again(item=MediaItem.everything.get(pk=upload.pk))
        return self.item_response(upload)

    @extend_schema(responses=PlaybackSerializer, filters=False)
    @action(detail=True)
    def playback(self, request: Request, pk: str) -> Response:
        """URLs for any player. They need no credentials, expire, and end when the caller may no longer see the item."""
        upload = self.get_row(self.queryset.all(), Action.VIEW)
        item = MediaItem.everything.select_related("upload").get(pk=upload.pk)
        captions = shown_captions(upload.pk)
        urls = playback_urls(origin_of(request), item, captions, user_id=self.access.user_id)
        return Response({**urls, "expires_at": iso(urls["expires_at"])})

    def item_response(self, upload: Upload, status: int = 200) -> Response:
        """Return one item as it is now, with its entity tag."""
        return self.detail_response(upload, represent_media_item(upload, self.access, self.request), status)
