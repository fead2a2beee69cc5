"""`/uploads/{id}/replace/` and `/versions/`: new bytes for a file, and its earlier ones."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.transactions import transactional
from common.errors import NotFound
from common.rest.keyset import OffsetOrCursor
from permissions.api.requirements import SIGNED_IN, Requirement
from permissions.api.serializers import StrictSerializer
from permissions.choices import Action
from permissions.filtering import PAGING, narrowed
from uploads.api.representation import represent_upload
from uploads.api.serializers import UploadDetailSerializer
from uploads.files.versions import restore_version
from uploads.models import Upload, UploadSession, UploadVersion
from uploads.serving.file_urls import origin_of, version_url
from uploads.sessions.replace import find_replacement, replace_upload
from uploads.sessions.verify import VerifiedFile, verify_session

# Any member may try: the rule decides on the row, so that a foreign one answers as one that does not exist.
VERSION_ACTIONS: dict[str, Requirement] = dict.fromkeys(("replace", "versions", "restore_version"), SIGNED_IN)
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH)


class ReplacementSerializer(StrictSerializer):
    """Where the new bytes are: an upload session of one's own, of the same type, to which they were sent."""

    upload_session = serializers.UUIDField()


class AuthorShape(serializers.Serializer):
    """Who brought the bytes."""

    id = serializers.UUIDField()
    username = serializers.CharField()


class VersionSerializer(serializers.ModelSerializer):
    """Bytes that the file had before; `url` serves them to those who may edit the file."""

    created_by = AuthorShape(read_only=True, allow_null=True)
    url = serializers.SerializerMethodField()
    checksum_sha256 = serializers.SerializerMethodField(help_text="Base64; null until the bytes were read.")

    class Meta:
        model = UploadVersion
        fields = [
            *("number", "original_filename", "mime_type", "size", "checksum_sha256", "width", "height"),
            *("created_at", "created_by", "url"),
        ]
        read_only_fields = fields

    def get_checksum_sha256(self, version: UploadVersion) -> str | None:
        return version.checksum_sha256 or None

    def get_url(self, version: UploadVersion) -> str:
        return version_url(
            origin_of(self.context["request"]), version.upload_id, version.number, version.upload.filename
        )


class VersionsMixin:
    """Adds replacing and versions to the viewset of uploads; `VERSION_ACTIONS` says what each action requires."""

    @extend_schema(
        summary="Give a file other bytes",
        request=ReplacementSerializer,
        responses=UploadDetailSerializer,
        filters=False,
    )
    @action(detail=True, methods=["post"])
    def replace(self, request: Request, pk: str) -> Response:
        """The id and the address stay; the earlier bytes become a version. The same session again: the same answer."""
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.EDIT)
        body = ReplacementSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        session = find_replacement(access=view.access, upload=upload, session_id=body.validated_data["upload_session"])
        if session.upload_id is not None:
            return view.answer(upload, represent_upload(upload, view.access, request))
        return self._replace(session, verify_session(session=session))

    @transactional
    def _replace(self, session: UploadSession, verified: VerifiedFile) -> Response:
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.EDIT, lock=True)
        replace_upload(upload=upload, session=session, verified=verified, by=view.access.user_id)
        return view.answer(upload, represent_upload(upload, view.access, view.request))

    @extend_schema(
        summary="Earlier bytes of a file, the latest first", filters=False, responses=VersionSerializer(many=True)
    )
    @action(detail=True, pagination_class=OffsetOrCursor)
    def versions(self, request: Request, pk: str) -> Response:
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.EDIT)
        unknown = {name: values for name, values in request.query_params.lists() if name not in PAGING}
        versions = upload.versions.select_related("created_by", "upload").order_by("-number")
        page = view.paginate_queryset(narrowed(versions, unknown, {}, view.access))
        return view.get_paginated_response(VersionSerializer(page, many=True, context={"request": request}).data)

    @extend_schema(
        summary="Bring earlier bytes of a file back",
        request=None,
        responses=UploadDetailSerializer,
        parameters=[NUMBER],
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path=r"versions/(?P<number>[^/.]+)/restore")
    @transactional
    def restore_version(self, request: Request, pk: str, number: str) -> Response:
        """They get a new number; the present bytes become a version in their place."""
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.EDIT, lock=True)
        restore_version(upload=upload, number=number_of(number), by=view.access.user_id)
        return view.answer(upload, represent_upload(upload, view.access, request))


def number_of(text: str) -> int:
    """Read the number of a version. Raises NotFound for what can be none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise NotFound
    return int(text)
