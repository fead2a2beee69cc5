"""`/uploads/`: list, read, upload with a form, change, and move to the trash."""

from typing import cast

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.transactions import transactional
from common.errors import Invalid
from common.rest.filters import parse_boolean
from common.rest.throttling import UploadThrottle
from permissions.access import Access
from permissions.api.requirements import ANYONE, SIGNED_IN, AnonymousOr
from permissions.choices import Action, Permission
from uploads.api.filters import UploadFilterSet
from uploads.api.form_upload import FileFormParser, FormUploadSerializer
from uploads.api.nested import NestedUploadViewSet
from uploads.api.paging import upload_rows
from uploads.api.public_lists import require_public_list
from uploads.api.representation import represent_uploads
from uploads.api.serializers import UploadDetailSerializer, UploadSerializer, UploadUpdateSerializer
from uploads.files.edit import Details, edit_upload
from uploads.files.trash import delete_upload
from uploads.models import Upload
from uploads.querysets import UploadQuerySet
from uploads.sessions.form_upload import upload_file

FORCE = OpenApiParameter("force", bool, OpenApiParameter.QUERY, description="Delete the file even if it is in use.")


def visible_uploads(access: Access) -> UploadQuerySet:
    """Return the files that the caller may see."""
    return Upload.objects.allowing(access, Action.VIEW)


class UploadViewSet(NestedUploadViewSet):
    """Files of the organization that the caller may see."""

    has_entity_tags = True
    requires = {
        "create": Permission.MEDIA_UPLOAD,
        "destroy": SIGNED_IN,
        "list": AnonymousOr(Permission.MEDIA_VIEW),
        "partial_update": SIGNED_IN,
        "retrieve": ANYONE,  # the rule decides: owners see their files also without media_view
    }
    action_throttles = {"create": UploadThrottle}
    serializer_class = UploadSerializer
    filterset_class = UploadFilterSet

    def get_parsers(self) -> list[BaseParser]:
        """Return the parser of forms for `create`, and the usual ones otherwise."""
        creates = (getattr(self, "action_map", None) or {}).get("post") == "create"
        return [FileFormParser()] if creates else super().get_parsers()

    @extend_schema(summary="List files", responses=UploadSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Those that the caller may see. Anonymous callers get PUBLIC files, or 401 where the list is not public."""
        require_public_list(self.access)
        page = self.read_page(visible_uploads, upload_rows)
        return self.get_paginated_response(represent_uploads(page, self.access, request))

    @extend_schema(summary="Read a file with its usages", responses=UploadDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """For callers who may see the file. Anonymous callers may see PUBLIC files."""
        return self.upload_response(self.get_upload(Action.VIEW))

    @extend_schema(summary="Upload a file with a form", request={"multipart/form-data": FormUploadSerializer})
    def create(self, request: Request) -> Response:
        """For small files. Larger ones go through an upload session."""
        details = self.validate_body(FormUploadSerializer)
        file, upload_type = details.pop("file"), details.pop("type")
        upload = upload_file(access=self.access, type=upload_type, file=file, details=cast(Details, details))
        return self.upload_response(upload, status=201)

    @extend_schema(
        summary="Update the details of a file", request=UploadUpdateSerializer, responses=UploadDetailSerializer
    )
    @transactional
    def partial_update(self, request: Request, pk: str) -> Response:
        """Callers who may edit a file may also change its visibility: no further permission is needed.

        `allowed_roles` are stored with any visibility and take effect while it is ROLE_BASED.
        """
        upload = self.get_upload(Action.EDIT, lock=True)
        details = cast(Details, self.validate_body(UploadUpdateSerializer))
        edit_upload(upload=upload, details=details, by=self.access.user_id)
        return self.upload_response(upload)

    @extend_schema(summary="Move a file to the trash", parameters=[FORCE], responses={204: None})
    @transactional
    def destroy(self, request: Request, pk: str) -> Response:
        """409 `in_use` with the usages while the file is in use, unless `force` is true."""
        force = read_force(request)
        delete_upload(access=self.access, upload=self.get_upload(Action.DELETE, lock=True), force=force)
        return Response(status=204)


def read_force(request: Request) -> bool:
    """Return `?force=`. Raises Invalid for a value that is neither true nor false."""
    try:
        return parse_boolean(request.query_params.get("force", "false"))
    except ValueError:
        raise Invalid(gettext("force must be true or false."), attr="force") from None
