"""`/upload-sessions/`: open a session, send the bytes to the store, complete it."""

from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.errors import Invalid, NotFound
from common.rest.keyset import CursorOnly
from common.rest.throttling import UploadThrottle
from permissions.api.requirements import OwnRows
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Permission
from uploads.api.representation import represent_upload
from uploads.api.serializers import UploadDetailSerializer
from uploads.api.session_serializers import (
    SignedPartSerializer,
    SignPartsSerializer,
    StoredPartSerializer,
    UploadSessionCompleteSerializer,
    UploadSessionCreateSerializer,
    UploadSessionSerializer,
    represent_session,
    represent_ticket,
)
from uploads.files.edit import Details
from uploads.models import UploadSession
from uploads.sessions import complete as completion
from uploads.sessions import create, sign
from uploads.sessions.end import abort_session
from uploads.sessions.queries import find_session, open_sessions

MAX_KEY_LENGTH = 255  # characters of an Idempotency-Key


class UploadSessionViewSet(ApiViewSet):
    """Upload sessions of the caller. Sessions of other users return 404."""

    queryset = UploadSession.objects.none()
    serializer_class = UploadSessionSerializer
    pagination_class = CursorOnly
    requires = {
        "list": OwnRows(Permission.MEDIA_UPLOAD),
        "create": Permission.MEDIA_UPLOAD,
        "retrieve": OwnRows(Permission.MEDIA_UPLOAD),
        "destroy": OwnRows(Permission.MEDIA_UPLOAD),
        "parts": OwnRows(Permission.MEDIA_UPLOAD),
        "sign_parts": Permission.MEDIA_UPLOAD,
        "complete": Permission.MEDIA_UPLOAD,
    }
    action_throttles = {"create": UploadThrottle}

    @property
    def session_id(self) -> UUID:
        """The id in the path. Raises NotFound for an invalid id."""
        pk = parse_id(self.kwargs["pk"])
        if pk is None:
            raise NotFound
        return pk

    @extend_schema(
        summary="List the open sessions of the caller, newest first", responses=UploadSessionSerializer(many=True)
    )
    def list(self, request: Request) -> Response:
        """Sessions that can be continued, or aborted to release their reserved quota."""
        rows = open_sessions(access=self.access)
        return self.page_response(rows, lambda page: [represent_session(session, request) for session in page])

    @extend_schema(
        summary="Open an upload session",
        request=UploadSessionCreateSerializer,
        responses={201: UploadSessionSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def create(self, request: Request) -> Response:
        """The response says where to send the file. Requests with the same Idempotency-Key open one session."""
        fields = self.validate_body(UploadSessionCreateSerializer)
        session = create.open_session(access=self.access, idempotency_key=idempotency_key(request), **fields)
        return Response(represent_session(session, request), status=201)

    @extend_schema(summary="Read an upload session")
    def retrieve(self, request: Request, pk: str) -> Response:
        """The state of the session, and a new signed URL while it is open."""
        session = find_session(access=self.access, session_id=self.session_id)
        return Response(represent_session(session, request))

    @extend_schema(summary="Abort an upload session", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Releases the reserved quota and removes stored parts. Repeating the request returns the same response."""
        abort_session(access=self.access, session_id=self.session_id)
        return Response(status=204)

    @extend_schema(summary="List the stored parts", responses=StoredPartSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def parts(self, request: Request, pk: str) -> Response:
        """For a client that continues an interrupted upload."""
        stored = sign.list_parts(access=self.access, session_id=self.session_id)
        return Response([{"part_number": p.part_number, "size": p.size, "etag": p.etag} for p in stored])

    @extend_schema(
        summary="Sign the URLs of parts", request=SignPartsSerializer, responses=SignedPartSerializer(many=True)
    )
    @parts.mapping.post
    def sign_parts(self, request: Request, pk: str) -> Response:
        """Can be repeated while the session is open."""
        numbers = self.validate_body(SignPartsSerializer)["part_numbers"]
        signed = sign.sign_parts(access=self.access, session_id=self.session_id, part_numbers=numbers)
        return Response([represent_ticket(number, ticket, request) for number, ticket in signed])

    @extend_schema(
        summary="Complete an upload session",
        request=UploadSessionCompleteSerializer,
        responses={201: UploadDetailSerializer, 200: UploadDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Verifies the stored bytes and creates the upload: 201. Repeating the request returns the upload: 200."""
        data = self.validate_body(UploadSessionCompleteSerializer)
        parts = [(part["part_number"], part["etag"]) for part in data.pop("parts", [])] or None
        upload, is_new = completion.complete_session(
            access=self.access, session_id=self.session_id, parts=parts, details=cast(Details, data)
        )
        return self.detail_response(upload, represent_upload(upload, self.access, request), 201 if is_new else 200)


def idempotency_key(request: Request) -> str:
    """Return the request's Idempotency-Key, or "". Raises Invalid for one that is too long or not printable."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > MAX_KEY_LENGTH or not key.isprintable():
        raise Invalid(
            _("An Idempotency-Key has at most %(limit)s printable characters.") % {"limit": MAX_KEY_LENGTH},
            code="invalid_idempotency_key",
        )
    return key
