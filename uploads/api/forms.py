"""`POST /uploads/`: a small file and what is said of it, in one form."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from common.rest.throttling import UploadThrottle
from uploads.api.details import DetailsSerializer
from uploads.api.representation import represent_upload
from uploads.choices import UploadType
from uploads.errors import FormTooLarge
from uploads.sessions.form_upload import upload_file

OTHER_FIELDS = 1024 * 1024  # bytes that the rest of the form may take


class SizeLimit(FileUploadHandler):
    """Stops reading a form whose files are larger than accepted, whatever its Content-Length said."""

    received = 0

    @property
    def is_exceeded(self) -> bool:
        return self.received > settings.MAX_FORM_UPLOAD_SIZE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.is_exceeded:
            raise StopUpload(connection_reset=True)  # Django closes its files at this, and at no other error
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class FileFormParser(MultiPartParser):
    """Reads a form into a temporary file, never into memory. Raises FormTooLarge (413)."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        request = parser_context["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_FORM_UPLOAD_SIZE + OTHER_FIELDS:
            raise FormTooLarge
        limit = SizeLimit(request)
        request.upload_handlers = [limit, TemporaryFileUploadHandler(request)]
        form = super().parse(stream, media_type, parser_context)
        if limit.is_exceeded:
            for _, files in form.files.lists():
                for file in files:
                    file.close()
            raise FormTooLarge
        return form


class FileFormSerializer(DetailsSerializer):
    """A file, what it is for, and its details."""

    ignored_fields = frozenset({"csrfmiddlewaretoken"})

    file = serializers.FileField(allow_empty_file=True)
    type = serializers.ChoiceField(UploadType.choices)


class FormUploadMixin:
    """Adds `create` to the viewset of uploads, which declares what it requires."""

    def get_parsers(self) -> list[Any]:
        if getattr(self, "action_map", {}).get("post") == "create":
            return [FileFormParser()]
        return super().get_parsers()  # type: ignore[misc]

    def get_throttles(self) -> list[Any]:
        throttles = super().get_throttles()  # type: ignore[misc]
        return [*throttles, UploadThrottle()] if self.action == "create" else throttles  # type: ignore[attr-defined]

    @extend_schema(request={"multipart/form-data": FileFormSerializer})
    def create(self, request: Any) -> Response:
        """Upload a small file in one request; larger ones go through an upload session."""
        form = FileFormSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said: Any = dict(form.validated_data)
        access = self.access  # type: ignore[attr-defined]
        upload = upload_file(access=access, type=said.pop("type"), file=said.pop("file"), details=said)
        return self.answer(upload, represent_upload(upload, access, request), status=201)  # type: ignore[attr-defined]
