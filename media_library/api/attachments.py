"""`/content/{id}/resources/`: the documents attached to content."""

from typing import TypedDict
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from common.errors import DoesNotExist, NotFound
from media_library.api.content_representation import represent_attachments
from media_library.api.content_serializers import AttachedResourceSerializer, AttachmentWriteSerializer
from media_library.entity_types import CONTENT
from media_library.models import Content
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action, Permission
from resources.models import Resource
from resources.services.attachments import attach_resource, attachments_of, detach_resource

FIELDS = ("id", "resource_id", "label", "created_at")


class AttachmentViewSet(ApiViewSet):
    """Documents attached to content."""

    requires = {
        "create": Permission.CHANGE_CONTENT,
        "destroy": Permission.CHANGE_CONTENT,
        "list": Permission.VIEW_CONTENT,
    }
    queryset = Content.objects.all()
    lookup_url_kwarg = "resource"
    serializer_class = AttachedResourceSerializer

    @extend_schema(summary="List the documents of content", responses=AttachedResourceSerializer(many=True))
    def list(self, request: Request, pk: str) -> Response:
        """For callers who may see the content. Documents that they may not see have `visible: false`."""
        content = self.get_row(Content.objects.all(), "view")
        rows = attachments_of(CONTENT, str(content.pk)).values(*FIELDS)
        return self.page_response(rows, lambda page: represent_attachments(page, self.access, request))

    @extend_schema(
        summary="Attach a document to content",
        request=AttachmentWriteSerializer,
        responses={
            201: AttachedResourceSerializer,
            200: OpenApiResponse(AttachedResourceSerializer, "It was attached before."),
        },
    )
    @transactional
    def create(self, request: Request, pk: str) -> Response:
        """Repeating the request for the same document changes its label, if one is given: 200."""
        content = self.get_row(Content.objects.all(), "change", lock=True)
        data = self.validate_body(AttachmentWriteSerializer)
        document_id = self._visible_document(data["resource"])
        attachment, is_new = attach_resource(resource_id=document_id, label=data.get("label"), **_entity(content))
        row = {"resource_id": attachment.resource_id, "label": attachment.label}
        return Response(represent_attachments([row], self.access, request)[0], status=201 if is_new else 200)

    @extend_schema(
        summary="Detach a document from content",
        parameters=[OpenApiParameter("resource", UUID, OpenApiParameter.PATH)],
        responses={204: None},
    )
    @transactional
    def destroy(self, request: Request, pk: str, resource: str) -> Response:
        """The document itself is kept."""
        content = self.get_row(Content.objects.all(), "change", lock=True)
        resource_id = parse_id(resource)
        if resource_id is None:
            raise NotFound
        detach_resource(resource_id=resource_id, **_entity(content))
        return Response(status=204)

    def _visible_document(self, pk: UUID) -> UUID:
        """Return the id of a document that the caller may see. Raises DoesNotExist."""
        if not Resource.everything.allowing(self.access, Action.VIEW).filter(pk=pk).exists():
            raise DoesNotExist(attr="resource")
        return pk


class Entity(TypedDict):
    """An entity that documents are attached to, as the services name it."""

    organization_id: UUID
    entity_type: str
    entity_id: str


def _entity(content: Content) -> Entity:
    return {"organization_id": content.organization_id, "entity_type": CONTENT, "entity_id": str(content.pk)}
