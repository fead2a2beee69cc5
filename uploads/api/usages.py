"""`/uploads/{id}/usages/`: where a file is used, as this project and other systems report it."""

import re
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from permissions.api.requirements import SIGNED_IN
from permissions.api.serializers import StrictSerializer
from permissions.choices import Action
from uploads.api.nested import NestedUploadViewSet
from uploads.api.serializers import UsageSerializer
from uploads.usages.queries import USAGE_FIELDS, VisibleUsages
from uploads.usages.record import record_external_usage, release_external_usage

_WEB_ADDRESS = re.compile(r"(https?://|/(?!/))[^\s\\]*", re.IGNORECASE)


class UsageCreateSerializer(StrictSerializer):
    """One usage of the file. `entity_type`, `entity_id` and `field` identify it; `url` is a path or an HTTP URL."""

    id = serializers.UUIDField(read_only=True)
    entity_type = serializers.RegexField(r"\A[A-Za-z0-9][A-Za-z0-9_.:-]*\Z", max_length=100)
    entity_id = serializers.CharField(max_length=100)
    field = serializers.CharField(max_length=100, allow_blank=True, default="")
    label: Any = serializers.CharField(max_length=200, allow_blank=True, default="")  # as in UsageSerializer
    url = serializers.CharField(max_length=500, allow_blank=True, default="")

    def validate_url(self, url: str) -> str:
        """Refuse URLs that a page must not link to: scripts, and other hosts by a path with `//`."""
        if url and not _WEB_ADDRESS.fullmatch(url):
            raise serializers.ValidationError(_("Give a path, or a URL with http or https."))
        return url


class UsageViewSet(NestedUploadViewSet):
    """Usages of one file."""

    requires = {"create": SIGNED_IN, "destroy": SIGNED_IN, "list": SIGNED_IN}
    lookup_url_kwarg = "usage"
    serializer_class = UsageSerializer

    @extend_schema(summary="List the usages of a file", responses=UsageSerializer(many=True))
    def list(self, request: Request, pk: str) -> Response:
        """Those that the caller may see, oldest first. `usage_count` of the file counts all of them."""
        visible = VisibleUsages.of(self.get_upload(Action.VIEW).pk, self.access)
        return self.page_response(visible.usages.values(*USAGE_FIELDS, "created_at"), visible.represent)

    @extend_schema(
        summary="Record a usage of a file",
        request=UsageCreateSerializer,
        responses={201: UsageSerializer, 200: OpenApiResponse(UsageSerializer, "It was recorded before.")},
    )
    @transactional
    def create(self, request: Request, pk: str) -> Response:
        """Repeating the request for the same entity and field returns the recorded usage: 200."""
        fields = self.validate_body(UsageCreateSerializer)
        usage, is_new = record_external_usage(upload=self.get_upload(Action.EDIT, lock=True), **fields)
        return Response({name: getattr(usage, name) for name in USAGE_FIELDS}, status=201 if is_new else 200)

    @extend_schema(
        summary="Remove a usage of a file",
        parameters=[OpenApiParameter("usage", UUID, OpenApiParameter.PATH)],
        responses={204: OpenApiResponse(description="Removed.")},
    )
    @transactional
    def destroy(self, request: Request, pk: str, usage: str) -> Response:
        """For files in the trash as well, which cannot be purged while they are in use."""
        upload = self.get_upload(Action.EDIT, lock=True, with_trash=True)
        release_external_usage(upload=upload, usage_id=parse_id(usage))
        return Response(status=204)
