"""The shape of an upload in answers, for the OpenAPI schema. `uploads.api.representation` fills it."""

from rest_framework import serializers

from permissions.choices import Visibility
from uploads.choices import UploadType


class PersonShape(serializers.Serializer):
    """Somebody beside a file; `email` only for callers who may see every file."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)
    email = serializers.CharField(required=False)


class CanShape(serializers.Serializer):
    """What the caller may do to the file."""

    edit = serializers.BooleanField()
    delete = serializers.BooleanField()
    share = serializers.BooleanField()


class UsageShape(serializers.Serializer):
    """One place where the file is used."""

    id = serializers.UUIDField()
    entity_type = serializers.CharField()
    entity_id = serializers.CharField()
    field = serializers.CharField()
    label = serializers.CharField()
    url = serializers.CharField()


class UploadSerializer(serializers.Serializer):
    """A file; `path` only for callers who may see every file."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=UploadType.choices)
    filename = serializers.CharField()
    original_filename = serializers.CharField()
    mime_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    checksum_sha256 = serializers.CharField(
        allow_null=True, help_text="Base64; null until a large file was read, where its store does not tell it."
    )
    url = serializers.CharField()
    download_url = serializers.CharField()
    thumbnail_url = serializers.CharField(allow_null=True)
    path = serializers.CharField(required=False)
    category = serializers.CharField()
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    allowed_roles = serializers.ListField(child=serializers.UUIDField())
    title = serializers.CharField()
    description = serializers.CharField()
    alt_text = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    usage_count = serializers.IntegerField()
    uploaded_by = PersonShape()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    deleted_at = serializers.DateTimeField(allow_null=True)
    deleted_by = serializers.UUIDField(allow_null=True)
    can = CanShape()


class UploadDetailSerializer(UploadSerializer):
    """A file and where it is used."""

    used_in = UsageShape(many=True)
