"""What comes in about content, and the shape of what goes out."""

from decimal import Decimal

from rest_framework import serializers

from media_library.api.fields import ReferenceField
from media_library.choices import ContentStatus, MediaStatus, MediaType
from permissions.api.serializers import StrictSerializer
from resources.api.embedded_files import EmbeddedFileShape
from uploads.api.details import TagField, TextField


class EmbeddedMediaItemShape(EmbeddedFileShape):
    """The video or sound of content; `/media-items/{id}/playback/` plays it."""

    media_type = serializers.ChoiceField(MediaType.choices, allow_null=True)
    status = serializers.ChoiceField(MediaStatus.choices, allow_null=True)
    duration_seconds = serializers.FloatField(allow_null=True)


class EmbeddedCategoryShape(serializers.Serializer):
    """The category of content."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class AttachedResourceShape(EmbeddedFileShape):
    """A document attached to content."""

    label = serializers.CharField(help_text="What it is there.")


class ContentSerializer(serializers.Serializer):
    """Something to publish."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(ContentStatus.choices)
    media_item = EmbeddedMediaItemShape()
    category = EmbeddedCategoryShape(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    price = serializers.DecimalField(max_digits=10, decimal_places=2, help_text="US dollars.")
    custom_thumbnail = serializers.UUIDField(allow_null=True, help_text="An upload.")
    thumbnail_url = serializers.CharField(
        allow_null=True, help_text="Of the custom thumbnail, else of the media item; null where one may not see it."
    )
    resources = AttachedResourceShape(many=True)
    published_at = serializers.DateTimeField(allow_null=True, help_text="For the first time.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ContentBody(StrictSerializer):
    """The fields to write; the rest of the representation may be sent back and is ignored."""

    ignored_fields = frozenset(ContentSerializer().fields)

    title = TextField(max_length=255)
    description = TextField(max_length=20_000, allow_blank=True, required=False)
    media_item = ReferenceField()
    category = ReferenceField(allow_null=True, required=False)
    tags = serializers.ListField(child=TagField(max_length=50), max_length=50, required=False)
    price = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal(0), required=False)
    custom_thumbnail = ReferenceField(allow_null=True, required=False)


class AttachmentBody(StrictSerializer):
    """A document to attach, and what it is there."""

    resource = ReferenceField()
    label = TextField(max_length=100, allow_blank=True, required=False)
