"""`/media-items/{id}/captions/`: the captions of a media item."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from common.errors import DoesNotExist
from common.rest.fields import ReferenceField
from media_library.captions.attach import attach_caption, detach_caption
from media_library.captions.documents import LANGUAGE, read_webvtt, shown_captions
from media_library.models import Caption
from permissions.api.requirements import ANYONE, SIGNED_IN
from permissions.api.serializers import StrictSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action
from uploads.api.details import TextField
from uploads.api.representation import iso
from uploads.models import Upload


class CaptionSerializer(serializers.Serializer):
    """Captions of a media item. `…/playback/` has the addresses from which players read them."""

    id = serializers.UUIDField()
    document = serializers.UUIDField(help_text="The id of the WebVTT or SubRip document.")
    language = serializers.CharField()
    label: Any = serializers.CharField()
    created_at = serializers.DateTimeField()


class CaptionWriteSerializer(StrictSerializer):
    """A document to show with a media item."""

    document = ReferenceField(help_text="An upload that the caller may share: WebVTT or SubRip, up to 4 MiB.")
    language = serializers.RegexField(LANGUAGE, max_length=35, help_text="A language tag, such as en or pt-BR.")
    label: Any = TextField(max_length=100, help_text="As players name it, such as English.")


class CaptionViewSet(ApiViewSet):
    """Captions. Who may see the media item may read them; who may edit it attaches and detaches them."""

    requires = {"create": SIGNED_IN, "destroy": SIGNED_IN, "list": ANYONE}
    queryset = Upload.objects.filter(mediaitem__isnull=False)
    lookup_url_kwarg = "caption"
    serializer_class = CaptionSerializer

    @extend_schema(summary="List the captions of a media item", responses=CaptionSerializer(many=True))
    def list(self, request: Request, pk: str) -> Response:
        """The oldest first; captions whose document is in the trash are left out."""
        upload = self.get_row(self.queryset.all(), Action.VIEW)
        return self.page_response(shown_captions(upload.pk), represent_captions)

    @extend_schema(
        summary="Attach captions to a media item",
        request=CaptionWriteSerializer,
        responses={201: CaptionSerializer, 200: OpenApiResponse(CaptionSerializer, "It was attached before.")},
    )
    def create(self, request: Request, pk: str) -> Response:
        """Repeating the request for the same document changes its language and label: 200."""
        upload = self.get_row(self.queryset.all(), Action.EDIT)
        data = self.validate_body(CaptionWriteSerializer)
        # Whoever may see the item reads the document with it: attaching shares it.
        document = Upload.objects.allowing(self.access, Action.SHARE).filter(pk=data.pop("document")).first()
        if document is None or document.organization_id != upload.organization_id:
            raise DoesNotExist(attr="document")
        read_webvtt(document)  # outside of a transaction, since it reads the store
        caption, is_new = self._attach(document, data)
        return Response(represent_captions([caption])[0], status=201 if is_new else 200)

    @extend_schema(
        summary="Detach captions from a media item",
        parameters=[OpenApiParameter("caption", UUID, OpenApiParameter.PATH)],
        responses={204: None},
    )
    @transactional
    def destroy(self, request: Request, pk: str, caption: str) -> Response:
        """The document itself is kept."""
        upload = self.get_row(self.queryset.all(), Action.EDIT, lock=True)
        detach_caption(upload=upload, caption_id=parse_id(caption))
        return Response(status=204)

    @transactional
    def _attach(self, document: Upload, data: dict[str, Any]) -> tuple[Caption, bool]:
        upload = self.get_row(self.queryset.all(), Action.EDIT, lock=True)
        return attach_caption(upload=upload, document=document, **data)


def represent_captions(captions: Iterable[Caption]) -> list[dict[str, Any]]:
    """Return the representation of captions. No query."""
    return [
        {
            "id": str(caption.pk),
            "document": str(caption.document_id),
            "language": caption.language,
            "label": caption.label,
            "created_at": iso(caption.created_at),
        }
        for caption in captions
    ]
