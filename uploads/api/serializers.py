"""The representation of an upload, for the OpenAPI schema. `uploads.api.representation` makes it."""

from typing import Any

from rest_framework import serializers

from permissions.choices import Visibility
from uploads.api.details import DetailsSerializer
from uploads.api.metadata_serializers import MetadataSerializer
from uploads.choices import UploadType


class UserSerializer(serializers.Serializer[Any]):
    """A user, by id and user name."""

    id = serializers.UUIDField()
    username = serializers.CharField()


class RoleSummarySerializer(serializers.Serializer[Any]):
    """A role of the organization, by id and name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class UploaderSerializer(serializers.Serializer[Any]):
    """The uploader of a file; `email` only for callers who may see every file."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)
    email = serializers.CharField(required=False)


class CanSerializer(serializers.Serializer[Any]):
    """What the caller may do to the file."""

    edit = serializers.BooleanField()
    delete = serializers.BooleanField()
    share = serializers.BooleanField()


class UsageSerializer(serializers.Serializer[Any]):
    """One usage of the file."""

    id = serializers.UUIDField()
    entity_type = serializers.CharField()
    entity_id = serializers.CharField()
    field = serializers.CharField()
    label: Any = serializers.CharField()  # also the name of an attribute of DRF's fields
    url = serializers.CharField()


class UploadSerializer(serializers.Serializer[Any]):
    """A file; `path` only for callers who may see every file."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=UploadType.choices)
    filename = serializers.CharField()
    original_filename = serializers.CharField()
    mime_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    checksum_sha256 = serializers.CharField(
        allow_null=True,
        help_text="Base64; null until it is computed, for a large file whose store does not provide it.",
    )
    url = serializers.CharField()
    download_url = serializers.CharField()
    thumbnail_url = serializers.CharField(allow_null=True)
    jpeg_url = serializers.CharField(
        allow_null=True,
        help_text="A JPEG in full size of a HEIC or TIFF picture, once it is made; null for other types. "
        "With `?download=1` it is an attachment.",
    )
    path = serializers.CharField(required=False)
    category = serializers.CharField()
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    allowed_roles = serializers.ListField(child=serializers.UUIDField())
    title = serializers.CharField()
    description = serializers.CharField()
    alt_text = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    metadata = MetadataSerializer()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    duration_seconds = serializers.FloatField(
        allow_null=True, help_text="Of sound and video; null until its metadata is read."
    )
    usage_count = serializers.IntegerField()
    uploaded_by = UploaderSerializer()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    deleted_at = serializers.DateTimeField(allow_null=True)
    deleted_by = serializers.UUIDField(allow_null=True)
    can = CanSerializer()


class UploadDetailSerializer(UploadSerializer):
    """A file with its usages."""

    used_in = UsageSerializer(many=True)


class UploadUpdateSerializer(DetailsSerializer):
    """The fields that can be changed; other fields of the representation are ignored."""

    original_filename = serializers.CharField(
        max_length=255, required=False, help_text="The extension stays: it is added where the new name lacks it."
    )

    ignored_fields = frozenset(UploadDetailSerializer().fields)
