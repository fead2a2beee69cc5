"""`POST /uploads/`: a small file and its details, in one form."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import multipartparser
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles

from uploads.api.details import DetailsSerializer
from uploads.choices import UploadType
from uploads.errors import FormTooLarge
from uploads.names import displayed_name

OTHER_FIELDS = 1024 * 1024  # bytes for the rest of the form


class SizeLimit(FileUploadHandler):
    """Stops reading a form whose files exceed the limit, with any Content-Length."""

    received = 0

    @property
    def is_exceeded(self) -> bool:
        """Tell whether the files together are larger than MAX_FORM_UPLOAD_SIZE."""
        return self.received > settings.MAX_FORM_UPLOAD_SIZE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count the bytes and pass them on. Raises StopUpload above the limit."""
        self.received += len(raw_data)
        if self.is_exceeded:
            raise StopUpload(connection_reset=True)  # the only error at which Django closes its files
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


class FormReader(multipartparser.MultiPartParser):
    """Django's reader of forms, for which names of files are what they are for upload sessions.

    Django removes the joiners of composed emoji and of Persian words, and reads `&amp;` in a name as `&`.
    """

    def sanitize_file_name(self, file_name: str) -> str | None:
        return displayed_name(file_name) or None


class FileFormParser(BaseParser):
    """Reads a form into a temporary file, never into memory. Raises FormTooLarge (413)."""

    media_type = "multipart/form-data"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        """Return the fields and files of the form. Raises FormTooLarge."""
        assert parser_context is not None  # APIView gives one
        request = parser_context["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_FORM_UPLOAD_SIZE + OTHER_FIELDS:
            raise FormTooLarge
        limit = SizeLimit(request)
        request.upload_handlers = [limit, TemporaryFileUploadHandler(request)]
        meta = {**request.META, "CONTENT_TYPE": media_type}
        encoding = parser_context.get("encoding", settings.DEFAULT_CHARSET)
        body: Any = stream  # the types of Django name the parameter of `read` otherwise
        try:
            form = DataAndFiles(*FormReader(meta, body, request.upload_handlers, encoding).parse())
        except multipartparser.MultiPartParserError as error:
            raise ParseError(str(error)) from error
        if limit.is_exceeded:
            for _, files in form.files.lists():
                for file in files:
                    file.close()
            raise FormTooLarge
        return form


class FormUploadSerializer(DetailsSerializer):
    """A file with its type and details."""

    ignored_fields = frozenset({"csrfmiddlewaretoken"})

    file = serializers.FileField(allow_empty_file=True)
    type = serializers.ChoiceField(UploadType.choices)
