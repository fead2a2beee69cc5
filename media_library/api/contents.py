"""`/content/`."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.transactions import transactional
from media_library.api.attachments import ATTACHMENT_ACTIONS, AttachmentsMixin
from media_library.api.content_filters import CONTENT_FILTERS, CONTENT_ORDERINGS
from media_library.api.content_representation import FIELDS, represent_content, represent_contents
from media_library.api.content_serializers import ContentBody, ContentSerializer
from media_library.models import Content
from media_library.services.contents import (
    archive_content,
    create_content,
    delete_content,
    publish_content,
    restore_content,
    update_content,
)
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Permission

SHOWN: Any = {"request": None, "responses": ContentSerializer, "filters": False}


@extend_schema_view(
    list=extend_schema(summary="Content", responses=ContentSerializer(many=True)),
    retrieve=extend_schema(summary="One content", responses=ContentSerializer),
)
class ContentViewSet(AttachmentsMixin, ApiViewSet):
    """Content of the organization. The files inside it are shown as far as the caller may see each of them."""

    has_entity_tags = True
    requires = {
        **ATTACHMENT_ACTIONS,
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
    filters = CONTENT_FILTERS
    orderings = CONTENT_ORDERINGS

    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(Content.objects.allowing(self.access, "view"))
        page = self.paginate_queryset(rows.values(*FIELDS))
        return self.get_paginated_response(represent_contents(page or [], self.access, request))

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.shown(self.get_row(Content.objects.all(), "view"))

    @extend_schema(summary="Make a draft", request=ContentBody, responses={201: ContentSerializer})
    def create(self, request: Request) -> Response:
        body = ContentBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.shown(create_content(access=self.access, fields=body.validated_data), 201)

    @extend_schema(summary="Change content", request=ContentBody, responses=ContentSerializer)
    @transactional
    def partial_update(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.objects.all(), "change", lock=True)
        body = ContentBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        update_content(access=self.access, content=content, fields=body.validated_data)
        return self.shown(content)

    @extend_schema(summary="Put content into the trash; its media and documents stay", responses={204: None})
    @transactional
    def destroy(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.objects.all(), "delete", lock=True)
        delete_content(content=content, by=self.access.user_id)
        return Response(status=204)

    @extend_schema(summary="Publish a draft, or what was archived", **SHOWN)
    @action(detail=True, methods=["post"])
    @transactional
    def publish(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.objects.all(), "change", lock=True)
        publish_content(content=content)
        return self.shown(content)

    @extend_schema(summary="Archive a draft, or what was published", **SHOWN)
    @action(detail=True, methods=["post"])
    @transactional
    def archive(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.objects.all(), "change", lock=True)
        archive_content(content=content)
        return self.shown(content)

    @extend_schema(summary="Take content out of the trash, with the status that it had", **SHOWN)
    @action(detail=True, methods=["post"])
    @transactional
    def restore(self, request: Request, pk: str) -> Response:
        content = self.get_row(Content.everything.all(), "delete", lock=True)
        restore_content(content=content)
        return self.shown(content)

    def shown(self, content: Content, status: int = 200) -> Response:
        return self.answer(content, represent_content(content.pk, self.access, self.request), status)
