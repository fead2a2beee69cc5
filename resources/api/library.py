"""`/library-resources/`: models, scenes and garments. Active ones are public."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, cast

import orjson
from django.conf import settings
from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.transactions import transactional
from common.errors import NotSignedIn
from common.rest.throttling import UploadThrottle
from permissions.access import Access
from permissions.api.requirements import ANYONE
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Permission
from resources.api.library_filters import LibraryFilterSet
from resources.api.library_representation import library_rows, represent_library, represent_library_resource
from resources.api.library_serializers import (
    LibraryResourceCreateSerializer,
    LibraryResourceSerializer,
    LibraryResourceUpdateSerializer,
    PresignedFilesSerializer,
    PresignSerializer,
)
from resources.models import LibraryResource
from resources.models.library import LibraryResourceQuerySet
from resources.services import library, library_files
from resources.services.library import LibraryFields
from uploads.api.public_lists import lists_publicly
from uploads.api.session_serializers import represent_session
from uploads.serving.file_urls import origin_of
from uploads.sessions.create import LIBRARY_FOLDER

PUBLIC_SECONDS = 60  # how long shared caches may keep a list


def listed_resources(access: Access) -> LibraryResourceQuerySet:
    """Return the resources that the caller may see, anonymous callers only where the organization lists publicly."""
    rows = LibraryResource.objects.allowing(access, "view")
    return rows.filter(organization__public_listing=True) if access.is_anonymous else rows


class LibraryResourceViewSet(ApiViewSet):
    """Models, scenes and garments. Their files are public, on the CDN host."""

    has_entity_tags = True
    requires = {
        "create": Permission.ADD_LIBRARY_RESOURCE,
        "destroy": Permission.DELETE_LIBRARY_RESOURCE,
        "list": ANYONE,
        "partial_update": Permission.CHANGE_LIBRARY_RESOURCE,
        "presign": (Permission.ADD_LIBRARY_RESOURCE, Permission.CHANGE_LIBRARY_RESOURCE),
        "retrieve": ANYONE,
    }
    queryset = LibraryResource.objects.all()
    serializer_class = LibraryResourceSerializer
    filterset_class = LibraryFilterSet
    action_throttles = {"presign": UploadThrottle}

    @extend_schema(summary="List library resources; anonymous callers get the active ones")
    def list(self, request: Request) -> HttpResponseBase:
        if self.access.is_anonymous and not settings.PUBLIC_LISTING:
            raise NotSignedIn
        page = self.read_page(listed_resources, library_rows)
        if self.access.is_anonymous and not page and not lists_publicly(self.access.organization_id):
            raise NotSignedIn
        return self.cacheable(self.get_paginated_response(represent_library(page, origin_of(request))))

    @extend_schema(summary="Read a library resource")
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.resource_response(self.get_row(self.listed(LibraryResource.objects.all()), "view"))

    @extend_schema(
        summary="Open an upload session for each file of a resource",
        request=PresignSerializer,
        responses={201: PresignedFilesSerializer},
    )
    @action(detail=False, methods=["post"])
    def presign(self, request: Request) -> Response:
        data = self.validate_body(PresignSerializer)
        roles = [file.pop("role") for file in data["files"]]
        folder = data.get("type", LIBRARY_FOLDER)
        opened = library_files.open_sessions(access=self.access, library_type=folder, files=data["files"])
        sessions = [represent_session(session, request) for session in opened]
        files = [{"role": role, "upload_session": one["id"], **one} for role, one in zip(roles, sessions, strict=True)]
        return Response({"files": files}, status=201)

    @extend_schema(
        summary="Create a library resource with its uploaded files, all or nothing",
        request=LibraryResourceCreateSerializer,
        responses={
            201: LibraryResourceSerializer,
            200: OpenApiResponse(LibraryResourceSerializer, "It existed already."),
        },
    )
    def create(self, request: Request) -> Response:
        data = self.validate_body(LibraryResourceCreateSerializer)
        files, fields = new_files(data.pop("files")), cast(LibraryFields, data)
        resource, is_new = library.create_library_resource(access=self.access, fields=fields, files=files)
        return self.resource_response(resource, 201 if is_new else 200)

    @extend_schema(
        summary="Update a library resource, its files and their order",
        request=LibraryResourceUpdateSerializer,
        responses=LibraryResourceSerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        self.get_row(LibraryResource.objects.all(), "change")
        data = self.validate_body(LibraryResourceUpdateSerializer, partial=True)
        files = new_files(data.pop("files", []))
        verified = library_files.verify_files(access=self.access, files=files) if files else []
        return self._update(data, verified)

    @transactional
    def _update(self, data: dict[str, Any], files: Sequence[library_files.VerifiedNewFile]) -> Response:
        resource = self.get_row(LibraryResource.objects.all(), "change", lock=True)
        gallery = data.pop("gallery", None)
        library.update_library_resource(
            access=self.access, resource=resource, fields=cast(LibraryFields, data), gallery=gallery, files=files
        )
        return self.resource_response(resource)

    @extend_schema(summary="Move a library resource and its files to the trash", responses={204: None})
    @transactional
    def destroy(self, request: Request, pk: str) -> Response:
        resource = self.get_row(LibraryResource.objects.all(), "delete", lock=True)
        library.delete_library_resource(resource=resource, by=self.access.user_id)
        return Response(status=204)

    def resource_response(self, resource: LibraryResource, status: int = 200) -> Response:
        return self.detail_response(resource, represent_library_resource(resource, origin_of(self.request)), status)

    def listed(self, rows: LibraryResourceQuerySet) -> LibraryResourceQuerySet:
        """Narrow `rows` for anonymous callers to what the installation and the organization list publicly. No query."""
        if not self.access.is_anonymous:
            return rows
        if not settings.PUBLIC_LISTING:
            raise NotSignedIn
        return rows.filter(organization__public_listing=True)

    def cacheable(self, response: Response) -> HttpResponseBase:
        """Add an entity tag to a list; shared caches may keep the list of an anonymous caller for PUBLIC_SECONDS."""
        response["ETag"] = f'"{blake2b(orjson.dumps(response.data), digest_size=12).hexdigest()}"'
        if self.access.is_anonymous:
            response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        return get_conditional_response(self.request._request, etag=response["ETag"], response=response) or response


def new_files(entries: list[dict[str, Any]]) -> list[library_files.NewFile]:
    return [
        library_files.NewFile(entry["role"], parse_id(entry["upload_session"]), entry.get("position"))
        for entry in entries
    ]
