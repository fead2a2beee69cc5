"""`/resources/`: documents."""

from typing import cast

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from permissions.access import Access
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action, Permission
from resources.api.representation import represent_resource, represent_resources, resource_rows
from resources.api.serializers import (
    ResourceCreateSerializer,
    ResourceDetailSerializer,
    ResourceSerializer,
    ResourceUpdateSerializer,
)
from resources.services.documents import create_from_session, create_from_upload
from uploads.api.filters import DocumentFilterSet
from uploads.files.edit import Details, edit_upload
from uploads.files.trash import delete_upload
from uploads.models import Upload
from uploads.querysets import UploadQuerySet

DOCUMENTS = Upload.objects.filter(resource__isnull=False)


def visible_documents(access: Access) -> UploadQuerySet:
    """Return the documents whose file the caller may see."""
    return DOCUMENTS.allowing(access, Action.VIEW)


@extend_schema_view(
    list=extend_schema(summary="List documents", responses=ResourceSerializer(many=True)),
    retrieve=extend_schema(summary="Read a document", responses=ResourceDetailSerializer),
)
class ResourceViewSet(ApiViewSet):
    """Documents. Model permissions decide who works with documents; the access rule of files decides with which."""

    has_entity_tags = True
    requires = {
        "create": Permission.ADD_RESOURCE,
        "destroy": Permission.DELETE_RESOURCE,
        "list": Permission.VIEW_RESOURCE,
        "partial_update": Permission.CHANGE_RESOURCE,
        "retrieve": Permission.VIEW_RESOURCE,
    }
    queryset = DOCUMENTS
    serializer_class = ResourceSerializer
    filterset_class = DocumentFilterSet

    def list(self, request: Request) -> Response:
        page = self.read_page(visible_documents, resource_rows)
        return self.get_paginated_response(represent_resources(page, self.access, request))

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.document_response(self.get_row(self.queryset.all(), Action.VIEW))

    @extend_schema(
        summary="Create a document from a file",
        request=ResourceCreateSerializer,
        responses={
            201: ResourceDetailSerializer,
            200: OpenApiResponse(ResourceDetailSerializer, "It existed already."),
        },
    )
    def create(self, request: Request) -> Response:
        fields = self.validate_body(ResourceCreateSerializer)
        session, upload = fields.pop("upload_session", None), fields.pop("upload", None)
        details = cast(Details, fields)
        if session is not None:
            row, is_new = create_from_session(access=self.access, session_id=parse_id(session), details=details)
        else:
            row, is_new = create_from_upload(access=self.access, upload_id=parse_id(upload), details=details)
        return self.document_response(row, 201 if is_new else 200)

    @extend_schema(summary="Update a document", request=ResourceUpdateSerializer, responses=ResourceDetailSerializer)
    @transactional
    def partial_update(self, request: Request, pk: str) -> Response:
        upload = self.get_row(self.queryset.all(), Action.EDIT, lock=True)
        details = cast(Details, self.validate_body(ResourceUpdateSerializer))
        edit_upload(upload=upload, details=details, by=self.access.user_id)
        return self.document_response(upload)

    @extend_schema(summary="Move a document to the trash; 409 while it is attached", responses={204: None})
    @transactional
    def destroy(self, request: Request, pk: str) -> Response:
        upload = self.get_row(self.queryset.all(), Action.DELETE, lock=True)
        delete_upload(access=self.access, upload=upload)
        return Response(status=204)

    def document_response(self, upload: Upload, status: int = 200) -> Response:
        return self.detail_response(upload, represent_resource(upload, self.access, self.request), status)
