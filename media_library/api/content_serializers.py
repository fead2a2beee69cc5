"""Serializers of content."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from common.rest.fields import ReferenceField
from media_library.choices import ContentStatus, MediaStatus, MediaType
from permissions.api.serializers import StrictSerializer
from resources.api.embedded_files import EmbeddedFileSerializer
from uploads.api.details import TagField, TextField


class EmbeddedMediaItemSerializer(EmbeddedFileSerializer):
    """The video or audio of content; `/media-items/{id}/playback/` has its playback URLs."""

    media_type = serializers.ChoiceField(MediaType.choices, allow_null=True)
    status = serializers.ChoiceField(MediaStatus.choices, allow_null=True)
    duration_seconds = serializers.FloatField(allow_null=True)


class EmbeddedCategorySerializer(serializers.Serializer):
    """The category of content."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class AttachedResourceSerializer(EmbeddedFileSerializer):
    """A document attached to content."""

    label: Any = serializers.CharField(help_text='The role of the document, for example "transcript".')


class ContentSerializer(serializers.Serializer):
    """Content: a media item with the texts, tags and price to publish it."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(ContentStatus.choices)
    media_item = EmbeddedMediaItemSerializer()
    category = EmbeddedCategorySerializer(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    price = serializers.DecimalField(max_digits=10, decimal_places=2, help_text="US dollars.")
    custom_thumbnail = serializers.UUIDField(allow_null=True, help_text="The id of an upload.")
    thumbnail_url = serializers.CharField(
        allow_null=True, help_text="Of the custom thumbnail, else of the media item; null if the caller may not see it."
    )
    resources = AttachedResourceSerializer(many=True)
    published_at = serializers.DateTimeField(allow_null=True, help_text="Time of the first publication.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ContentWriteSerializer(StrictSerializer):
    """The writable fields; other fields of the representation are ignored."""

    ignored_fields = frozenset(ContentSerializer().fields)

    title = TextField(max_length=255)
    description = TextField(max_length=20_000, allow_blank=True, required=False)
    media_item = ReferenceField()
    category = ReferenceField(allow_null=True, required=False)
    tags = serializers.ListField(child=TagField(max_length=50), max_length=50, required=False)
    price = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal(0), required=False)
    custom_thumbnail = ReferenceField(allow_null=True, required=False)


class AttachmentWriteSerializer(StrictSerializer):
    """A document to attach, with its label."""

    resource = ReferenceField()
    label: Any = TextField(max_length=100, allow_blank=True, required=False)
