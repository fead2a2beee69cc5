"""What comes in about documents, and the shape of what goes out."""

from typing import Any

from rest_framework import serializers

from common.errors import Invalid
from uploads.api.details import DetailsSerializer
from uploads.api.serializers import UploadDetailSerializer, UploadSerializer


class AttachedToShape(serializers.Serializer):
    """An entity that a document is attached to."""

    entity_type = serializers.CharField()
    entity_id = serializers.CharField()
    label = serializers.CharField(help_text="What the document is there.")
    title = serializers.CharField(help_text="What the entity is called.")
    url = serializers.CharField()


class ResourceSerializer(UploadSerializer):
    """A document."""

    page_count = serializers.IntegerField(allow_null=True, help_text="Of a PDF, once it was looked at.")
    attached_to = AttachedToShape(many=True)


class ResourceDetailSerializer(UploadDetailSerializer, ResourceSerializer):
    """A document, and what else uses its file."""


class ResourceEdit(DetailsSerializer):
    """The fields to change; the rest of the representation may be sent back and is ignored."""

    ignored_fields = frozenset(ResourceDetailSerializer().fields)


class NewResource(DetailsSerializer):
    """An upload session that holds a document, or an upload that is one, and what is said of it."""

    ignored_fields = ResourceEdit.ignored_fields

    upload_session = serializers.CharField(max_length=64, required=False)
    upload = serializers.CharField(max_length=64, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("upload_session" in attrs) == ("upload" in attrs):
            raise Invalid("Name an upload session or an upload.", attr="upload_session", code="required")
        return attrs
