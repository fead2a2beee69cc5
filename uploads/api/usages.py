"""`/uploads/{id}/usages/`: where a file is used, told by this library and by any other system."""

import re
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from common.rest.keyset import OffsetOrCursor
from permissions.api.requirements import SIGNED_IN, Requirement
from permissions.api.serializers import StrictSerializer
from permissions.choices import Action
from permissions.filtering import PAGING, narrowed
from uploads.api.serializers import UsageShape
from uploads.models import Upload
from uploads.usages.queries import USAGE_FIELDS, VisibleUsages
from uploads.usages.record import record_external_usage, release_external_usage

# Any member may ask: the rule decides on the row, so that a foreign one answers as one that does not exist.
USAGE_ACTIONS: dict[str, Requirement] = dict.fromkeys(("usages", "announce_usage", "withdraw_usage"), SIGNED_IN)

_WEB_ADDRESS = re.compile(r"(https?://|/(?!/))[^\s\\]*", re.IGNORECASE)


class UsageSerializer(StrictSerializer):
    """One place that uses the file. The first three fields together name it; a path or a web address leads there."""

    id = serializers.UUIDField(read_only=True)
    entity_type = serializers.RegexField(r"\A[A-Za-z0-9][A-Za-z0-9_.:-]*\Z", max_length=100)
    entity_id = serializers.CharField(max_length=100)
    field = serializers.CharField(max_length=100, allow_blank=True, default="")
    label = serializers.CharField(max_length=200, allow_blank=True, default="")
    url = serializers.CharField(max_length=500, allow_blank=True, default="")

    def validate_url(self, url: str) -> str:
        """Pages make links of it: nothing that runs, and no other host by way of `//`."""
        if url and not _WEB_ADDRESS.fullmatch(url):
            raise serializers.ValidationError("Give a path, or an address with http or https.")
        return url


class UsagesMixin:
    """Adds usages to the viewset of uploads; `USAGE_ACTIONS` says what each action requires."""

    @extend_schema(summary="Where a file is used", filters=False, responses=UsageShape(many=True))
    @action(detail=True, pagination_class=OffsetOrCursor)
    def usages(self, request: Request, pk: str) -> Response:
        """The places that the caller may know of, the oldest first; `usage_count` of the file counts them all."""
        view: Any = self
        where = VisibleUsages.of(view.get_row(Upload.objects.all(), Action.VIEW).pk, view.access)
        unknown = {name: values for name, values in request.query_params.lists() if name not in PAGING}
        rows = narrowed(where.usages.values(*USAGE_FIELDS, "created_at"), unknown, {}, view.access)
        return view.get_paginated_response(where.represent(view.paginate_queryset(rows)))

    @extend_schema(
        summary="Say that a file is used",
        request=UsageSerializer,
        responses={201: UsageShape, 200: OpenApiResponse(UsageShape, "It was known already.")},
    )
    @usages.mapping.post
    @transactional
    def announce_usage(self, request: Request, pk: str) -> Response:
        body = UsageSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        upload = self.get_row(Upload.objects.all(), Action.EDIT, lock=True)  # type: ignore[attr-defined]
        usage, is_new = record_external_usage(upload=upload, **body.validated_data)
        shown = {name: getattr(usage, name) for name in USAGE_FIELDS}
        return Response(shown, status=201 if is_new else 200)

    @extend_schema(
        summary="Say that a file is not used there any more",
        parameters=[OpenApiParameter("usage", UUID, OpenApiParameter.PATH)],
        responses={204: OpenApiResponse(description="It is not counted any more.")},
    )
    @action(detail=True, url_path=r"usages/(?P<usage>[^/.]+)", methods=["delete"])
    @transactional
    def withdraw_usage(self, request: Request, pk: str, usage: str) -> Response:
        """Also of a file in the trash, which cannot be purged while it is used."""
        upload = self.get_row(Upload.everything.all(), Action.EDIT, lock=True)  # type: ignore[attr-defined]
        release_external_usage(upload=upload, usage_id=parse_id(usage))
        return Response(status=204)
