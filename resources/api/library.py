"""`/library-resources/`: models, scenes and garments. Active ones are public."""

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
from common.rest.throttling import AnonymousThrottle, UploadThrottle
from permissions.api.requirements import ANYONE
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Permission
from resources.api.library_filters import LIBRARY_FILTERS, LIBRARY_ORDERINGS
from resources.api.library_representation import COLUMNS, represent_library, represent_library_resource
from resources.api.library_serializers import LibraryEdit, LibraryResourceShape, NewLibraryResource, Presign, Presigned
from resources.models import LibraryResource
from resources.services import library, library_files
from uploads.api.session_serializers import represent_session
from uploads.api.viewsets import lists_publicly
from uploads.serving.file_urls import origin_of
from uploads.sessions.create import LIBRARY_FOLDER

PUBLIC_SECONDS = 60  # how long caches may go on with a list that has changed


class LibraryResourceViewSet(ApiViewSet):
    """Models, scenes and garments. Their files are on the CDN host, for anybody."""

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
    serializer_class = LibraryResourceShape
    filters = LIBRARY_FILTERS
    orderings = LIBRARY_ORDERINGS

    def get_throttles(self) -> list[Any]:
        starts = self.action == "presign"
        return [throttle() for throttle in ([AnonymousThrottle, UploadThrottle] if starts else [AnonymousThrottle])]

    @extend_schema(summary="Library resources; anonymous callers get the active ones")
    def list(self, request: Request) -> HttpResponseBase:
        rows = LibraryResource.objects.allowing(self.access, "view")
        page = self.paginate_queryset(self.filter_queryset(self.listed(rows)).values(*COLUMNS))
        if self.access.is_anonymous and not page and not lists_publicly(self.access.organization_id):
            raise NotSignedIn
        return self.cacheable(self.get_paginated_response(represent_library(page or [], origin_of(request))))

    @extend_schema(summary="One library resource")
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.shown(self.get_row(self.listed(LibraryResource.objects.all()), "view"))

    @extend_schema(summary="Open the upload sessions of all files", request=Presign, responses={201: Presigned})
    @action(detail=False, methods=["post"])
    def presign(self, request: Request) -> Response:
        said = self.read(Presign)
        roles = [file.pop("role") for file in said["files"]]
        folder = said.get("type", LIBRARY_FOLDER)
        opened = library_files.open_sessions(access=self.access, library_type=folder, files=said["files"])
        sessions = [represent_session(session, request) for session in opened]
        files = [{"role": role, "upload_session": one["id"], **one} for role, one in zip(roles, sessions, strict=True)]
        return Response({"files": files}, status=201)

    @extend_schema(
        summary="Make a library resource of files that were sent: all or nothing",
        request=NewLibraryResource,
        responses={201: LibraryResourceShape, 200: OpenApiResponse(LibraryResourceShape, "It was made before.")},
    )
    def create(self, request: Request) -> Response:
        said = self.read(NewLibraryResource)
        files = new_files(said.pop("files"))
        resource, is_new = library.create_library_resource(access=self.access, fields=cast(Any, said), files=files)
        return self.shown(resource, 201 if is_new else 200)

    @extend_schema(
        summary="Change what is said of it, its files, and their order",
        request=LibraryEdit,
        responses=LibraryResourceShape,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        self.get_row(LibraryResource.objects.all(), "change")
        said = self.read(LibraryEdit, partial=True)
        files = new_files(said.pop("files", []))
        arrivals = library_files.verify_files(access=self.access, files=files) if files else []
        return self._changed(said, arrivals)

    @transactional
    def _changed(self, said: dict[str, Any], arrivals: Any) -> Response:
        resource = self.get_row(LibraryResource.objects.all(), "change", lock=True)
        gallery = said.get("gallery")
        fields: Any = {name: value for name, value in said.items() if name != "gallery"}
        library.update_library_resource(
            access=self.access, resource=resource, fields=fields, gallery=gallery, arrivals=arrivals
        )
        return self.shown(resource)

    @extend_schema(summary="Put it and its files into the trash", responses={204: None})
    @transactional
    def destroy(self, request: Request, pk: str) -> Response:
        resource = self.get_row(LibraryResource.objects.all(), "delete", lock=True)
        library.delete_library_resource(resource=resource, by=self.access.user_id)
        return Response(status=204)

    def read(self, serializer: Any, *, partial: bool = False) -> dict[str, Any]:
        """Return the validated body."""
        body = serializer(data=self.request.data, partial=partial)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def shown(self, resource: LibraryResource, status: int = 200) -> Response:
        return self.answer(resource, represent_library_resource(resource, origin_of(self.request)), status)

    def listed(self, rows: Any) -> Any:
        """For anonymous callers, only what the installation and the organization list publicly; costs no query."""
        if not self.access.is_anonymous:
            return rows
        if not settings.PUBLIC_LISTING:
            raise NotSignedIn
        return rows.filter(organization__public_listing=True)

    def cacheable(self, response: Response) -> HttpResponseBase:
        """A list with its entity tag; that of an anonymous caller may be kept by shared caches for a short time."""
        response["ETag"] = f'"{blake2b(orjson.dumps(response.data), digest_size=12).hexdigest()}"'
        if self.access.is_anonymous:
            response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        return get_conditional_response(self.request._request, etag=response["ETag"], response=response) or response


def new_files(entries: list[dict[str, Any]]) -> list[library_files.NewFile]:
    return [
        library_files.NewFile(entry["role"], parse_id(entry["upload_session"]), entry.get("position"))
        for entry in entries
    ]
