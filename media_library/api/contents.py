"""`/content/`."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.transactions import transactional
from media_library.api.content_filters import ContentFilterSet
from media_library.api.content_representation import content_rows, represent_content, represent_contents
from media_library.api.content_serializers import ContentSerializer, ContentWriteSerializer
from media_library.models import Content
from media_library.services.contents import (
    ContentFields,
    archive_content,
    create_content,
    delete_content,
    publish_content,
    restore_content,
    update_content,
)
from permissions.access import Access
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Permission


def visible_contents(access: Access) -> QuerySet[Content]:
    """Return the content that the caller may see."""
    return Content.objects.allowing(access, "view")


TRANSITION: Any = {"request": None, "responses": ContentSerializer, "filters": False}


@extend_schema_view(
    list=extend_schema(summary="List content", responses=ContentSerializer(many=True)),
    retrieve=extend_schema(summary="Read content", responses=ContentSerializer),
)
class ContentViewSet(ApiViewSet):
    """Content of the organization. Of its files, each caller gets those that the access rule allows."""

    has_entity_tags = True
    requires = {
        "archive": Permission.CHANGE_CONTENT,
        "create": Permission.ADD_CONTENT,
        "destroy": Permission.DELETE_CONTENT,
        "list": Permission.VIEW_CONTENT,
        "partial_update": Permission.CHANGE_CONTENT,
        "publish": Permission.CHANGE_CONTENT,
        "restore": Permission.DELETE_CONTENT,
        "retrieve": Permission.VIEW_CONTENT,
    }
    queryset = Content.objects.all()
    serializer_class = ContentSerializer
    filterset_class = ContentFilterSet

    def list(self, request: Request) -> Response:
        page = self.read_page(visible_contents, content_rows)
        return self.get_paginated_response(represent_contents(page, self.access, request))

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.content_response(self.get_row(Content.objects.all(), "view"))

    @extend_schema(summary="Create a draft", request=ContentWriteSerializer, responses={201: ContentSerializer})
    def create(self, request: Request) -> Response:
        fields = cast(ContentFields, self.validate_body(ContentWriteSerializer))
        return self.content_response(create_content(access=self.access, fields=fields), 201)

    @extend_schema(summary="Update content", request=ContentWriteSerializer, responses=ContentSerializer)
    @transactional
    def partial_update(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.objects.all(), "change", lock=True)
        fields = cast(ContentFields, self.validate_body(ContentWriteSerializer, partial=True))
        update_content(access=self.access, content=content, fields=fields)
        return self.content_response(content)

    @extend_schema(summary="Move content to the trash; its media item and documents stay", responses={204: None})
    @transactional
    def destroy(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.objects.all(), "delete", lock=True)
        delete_content(content=content, by=self.access.user_id)
        return Response(status=204)

    @extend_schema(summary="Publish a draft or archived content", **TRANSITION)
    @action(detail=True, methods=["post"])
    @transactional
    def publish(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.objects.all(), "change", lock=True)
        publish_content(content=content)
        return self.content_response(content)

    @extend_schema(summary="Archive a draft or published content", **TRANSITION)
    @action(detail=True, methods=["post"])
    @transactional
    def archive(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.objects.all(), "change", lock=True)
        archive_content(content=content)
        return self.content_response(content)

    @extend_schema(summary="Restore content from the trash with its previous status", **TRANSITION)
    @action(detail=True, methods=["post"])
    @transactional
    def restore(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.everything.all(), "delete", lock=True)
        restore_content(content=content)
        return self.content_response(content)

    def content_response(self, content: Content, status: int = 200) -> Response:
        return self.detail_response(content, represent_content(content.pk, self.access, self.request), status)
