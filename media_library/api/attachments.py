"""`/content/{id}/resources/`: the documents of content."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from common.errors import DoesNotExist, NotFound
from common.rest.filters import NoParameters
from media_library.api.content_representation import represent_attachments
from media_library.api.content_serializers import AttachedResourceSerializer, AttachmentWriteSerializer
from media_library.entity_types import CONTENT
from media_library.models import Content
from permissions.api.requirements import Requirement
from permissions.choices import Action, Permission
from resources.models import Resource
from resources.services.attachments import attach_resource, attachments_of, detach_resource

ATTACHMENT_ACTIONS: dict[str, Requirement] = {
    "attach": Permission.CHANGE_CONTENT,
    "detach": Permission.CHANGE_CONTENT,
    "resources": Permission.VIEW_CONTENT,
}
_READ = ("id", "resource_id", "label", "created_at")


class AttachmentsMixin:
    """Adds documents to the viewset of content."""

    @extend_schema(
        summary="Documents attached to content", filters=False, responses=AttachedResourceSerializer(many=True)
    )
    @action(detail=True, filterset_class=NoParameters)
    def resources(self, request: Request, pk: str) -> Response:
        view: Any = self
        attached = attachments_of(CONTENT, str(view.get_row(Content.objects.all(), "view").pk))
        page = view.paginate_queryset(view.filter_queryset(attached.values(*_READ)))
        return view.get_paginated_response(represent_attachments(page, view.access, request))

    @extend_schema(
        summary="Attach a document",
        request=AttachmentWriteSerializer,
        responses={
            201: AttachedResourceSerializer,
            200: OpenApiResponse(AttachedResourceSerializer, "It was attached."),
        },
    )
    @resources.mapping.post
    @transactional
    def attach(self, request: Request, pk: str) -> Response:
        """Doing it again changes the label, where one is given."""
        view: Any = self
        content = view.get_row(Content.objects.all(), "change", lock=True)
        body = AttachmentWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        attachment, is_new = attach_resource(
            resource_id=self._document(said["resource"]), label=said.get("label"), **_entity(content)
        )
        row = {"resource_id": attachment.resource_id, "label": attachment.label}
        return Response(represent_attachments([row], view.access, request)[0], status=201 if is_new else 200)

    @extend_schema(
        summary="Take a document off content",
        parameters=[OpenApiParameter("resource", UUID, OpenApiParameter.PATH)],
        responses={204: None},
    )
    @action(detail=True, url_path=r"resources/(?P<resource>[^/.]+)", methods=["delete"])
    @transactional
    def detach(self, request: Request, pk: str, resource: str) -> Response:
        view: Any = self
        content = view.get_row(Content.objects.all(), "change", lock=True)
        resource_id = parse_id(resource)
        if resource_id is None:
            raise NotFound
        detach_resource(resource_id=resource_id, **_entity(content))
        return Response(status=204)

    def _document(self, pk: UUID) -> UUID:
        """The id of a document that the caller may see. Raises DoesNotExist."""
        access = self.access  # type: ignore[attr-defined]
        if not Resource.everything.allowing(access, Action.VIEW).filter(pk=pk).exists():
            raise DoesNotExist(attr="resource")
        return pk


def _entity(content: Content) -> dict[str, Any]:
    return {"organization_id": content.organization_id, "entity_type": CONTENT, "entity_id": str(content.pk)}
