"""`/uploads/{id}/replace/` and `/versions/`: new bytes for a file, and its earlier versions."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.transactions import transactional
from common.errors import NotFound
from permissions.api.requirements import SIGNED_IN
from permissions.api.serializers import StrictSerializer
from permissions.choices import Action
from uploads.api.nested import NestedUploadViewSet
from uploads.api.serializers import UploadDetailSerializer, UserSerializer
from uploads.files.versions import restore_version
from uploads.models import UploadSession, UploadVersion
from uploads.serving.file_urls import origin_of, version_url
from uploads.sessions.replace import find_replacement, replace_upload
from uploads.sessions.verify import VerifiedFile, verify_session

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH)


class ReplacementSerializer(StrictSerializer):
    """The caller's upload session, of the same type, to which the new bytes were sent."""

    upload_session = serializers.UUIDField()
    original_filename = serializers.CharField(
        max_length=255, required=False, help_text="Default: the name stays, with an extension of the new bytes."
    )


class VersionSerializer(serializers.ModelSerializer[UploadVersion]):
    """Earlier bytes of the file; `url` serves them to callers who may edit it."""

    created_by = UserSerializer(read_only=True, allow_null=True)
    url = serializers.SerializerMethodField()
    checksum_sha256 = serializers.SerializerMethodField(help_text="Base64; null until it is computed.")

    class Meta:
        model = UploadVersion
        fields = [
            *("number", "original_filename", "mime_type", "size", "checksum_sha256", "width", "height"),
            *("created_at", "created_by", "url"),
        ]
        read_only_fields = fields

    def get_checksum_sha256(self, version: UploadVersion) -> str | None:
        """Return the checksum in base64; None until it is computed."""
        return version.checksum_sha256 or None

    def get_url(self, version: UploadVersion) -> str:
        """Return the URL that serves these bytes."""
        return version_url(
            origin_of(self.context["request"]), version.upload_id, version.number, version.upload.filename
        )


class ReplacementViewSet(NestedUploadViewSet):
    """New bytes for one file."""

    requires = {"create": SIGNED_IN}
    serializer_class = ReplacementSerializer

    @extend_schema(
        summary="Replace the bytes of a file", request=ReplacementSerializer, responses={200: UploadDetailSerializer}
    )
    def create(self, request: Request, pk: str) -> Response:
        """Id and URL stay; the earlier bytes become a version. Repeating the request returns the same response."""
        upload = self.get_upload(Action.EDIT)
        data = self.validate_body(ReplacementSerializer)
        session = find_replacement(access=self.access, upload=upload, session_id=data["upload_session"])
        if session.upload_id is not None:
            return self.upload_response(upload)
        return self._replace(session, verify_session(session=session), data.get("original_filename", ""))

    @transactional
    def _replace(self, session: UploadSession, verified: VerifiedFile, name: str) -> Response:
        upload = self.get_upload(Action.EDIT, lock=True)
        replace_upload(upload=upload, session=session, verified=verified, by=self.access.user_id, name=name)
        return self.upload_response(upload)


class VersionViewSet(NestedUploadViewSet):
    """Earlier versions of one file."""

    requires = {"list": SIGNED_IN, "restore": SIGNED_IN}
    lookup_url_kwarg = "number"
    serializer_class = VersionSerializer

    @extend_schema(summary="List the versions of a file, latest first", responses=VersionSerializer(many=True))
    def list(self, request: Request, pk: str) -> Response:
        """For callers who may edit the file. The current bytes are not in the list."""
        versions = self.get_upload(Action.EDIT).versions.select_related("created_by", "upload").order_by("-number")
        return self.page_response(versions, lambda page: self.serialize(VersionSerializer, page))

    @extend_schema(
        summary="Restore a version of a file",
        request=None,
        responses=UploadDetailSerializer,
        parameters=[NUMBER],
    )
    @action(detail=True, methods=["post"])
    @transactional
    def restore(self, request: Request, pk: str, number: str) -> Response:
        """The restored bytes get a new version number; the current bytes become a version."""
        upload = self.get_upload(Action.EDIT, lock=True)
        restore_version(upload=upload, number=number_of(number), by=self.access.user_id)
        return self.upload_response(upload)


def number_of(text: str) -> int:
    """Return the version number in a path. Raises NotFound for text that is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise NotFound
    return int(text)
