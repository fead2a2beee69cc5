"""Bodies of the upload session endpoints."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from permissions.api.serializers import StrictSerializer
from uploads.api.details import DetailsSerializer
from uploads.api.representation import iso
from uploads.choices import SessionState, UploadType
from uploads.models import UploadSession
from uploads.serving.file_urls import origin_of
from uploads.sessions.sign import sign_session
from uploads.storage import store
from uploads.storage.contract import Ticket


class AnnouncedFileSerializer(StrictSerializer):
    """The facts of a file that a client is going to send."""

    filename = serializers.CharField(allow_blank=True, max_length=10_000, help_text="Display name.")
    content_type = serializers.CharField(
        required=False, allow_blank=True, max_length=255, help_text="Without it the extension of the name decides."
    )
    size = serializers.IntegerField(min_value=0, help_text="Bytes.")
    checksum_sha256 = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="Base64.")


class UploadSessionCreateSerializer(AnnouncedFileSerializer):
    """A file that is sent through an upload session."""

    type = serializers.ChoiceField(UploadType.choices)


class SignPartsSerializer(StrictSerializer):
    """The parts to sign."""

    part_numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10_000), allow_empty=False, max_length=1000
    )


class SentPartSerializer(StrictSerializer):
    """A part that the client has sent."""

    part_number = serializers.IntegerField(min_value=1, max_value=10_000)
    etag = serializers.CharField(max_length=200)


class UploadSessionCompleteSerializer(DetailsSerializer):
    """The fields of the new upload, and the sent parts if the client wants them compared with the stored ones."""

    parts = serializers.ListField(child=SentPartSerializer(), required=False, max_length=10_000)


class PartLayoutSerializer(serializers.Serializer[Any]):
    """The division of a large file into parts."""

    part_size = serializers.IntegerField()
    part_count = serializers.IntegerField()


class StoredPartSerializer(serializers.Serializer[Any]):
    """One stored part."""

    part_number = serializers.IntegerField()
    size = serializers.IntegerField()
    etag = serializers.CharField()


class SignedPartSerializer(serializers.Serializer[Any]):
    """The signed URL of one part."""

    part_number = serializers.IntegerField()
    url = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class UploadSessionSerializer(serializers.Serializer[Any]):
    """An upload session."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(UploadType.choices)
    state = serializers.ChoiceField(SessionState.choices)
    filename = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    method = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    headers = serializers.DictField(child=serializers.CharField())
    bucket = serializers.CharField()
    key = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="Expiry of `url`; of the session if `url` is null.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    multipart = PartLayoutSerializer(allow_null=True)
    failure = serializers.CharField(allow_null=True)
    upload = serializers.UUIDField(allow_null=True)


def represent_session(session: UploadSession, request: HttpRequest | Request) -> dict[str, Any]:
    """Return the representation of one session; with a new signed URL while the session is open."""
    ticket = sign_session(session)
    expires_at = ticket.expires_at if ticket else session.expires_at
    return {
        "id": str(session.pk),
        "type": session.type,
        "state": session.state,
        "filename": session.filename,
        "content_type": session.content_type,
        "size": session.size,
        "method": "PUT",
        "url": absolute(ticket, request) if ticket else None,
        "headers": ticket.headers if ticket else {},
        "bucket": store(session.storage).bucket_name,
        "key": session.key,
        "expires_at": iso(expires_at),
        "expires_in": max(0, round((expires_at - timezone.now()).total_seconds())),
        "multipart": {"part_size": session.part_size, "part_count": session.part_count} if session.part_size else None,
        "failure": session.failure or None,
        "upload": str(session.upload_id) if session.upload_id else None,
    }


def represent_ticket(part_number: int, ticket: Ticket, request: HttpRequest | Request) -> dict[str, Any]:
    """Return the representation of the signed URL of one part."""
    return {
        "part_number": part_number,
        "url": absolute(ticket, request),
        "headers": ticket.headers,
        "expires_at": iso(ticket.expires_at),
    }


def absolute(ticket: Ticket, request: HttpRequest | Request) -> str:
    """Return the absolute URL of a ticket: the disk store signs paths of this server."""
    return f"{origin_of(request)}{ticket.url}" if ticket.url.startswith("/") else ticket.url
