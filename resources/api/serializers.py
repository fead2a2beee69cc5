"""Serializers of documents."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from common.errors import Invalid
from uploads.api.details import DetailsSerializer
from uploads.api.serializers import UploadDetailSerializer, UploadSerializer


class AttachedToSerializer(serializers.Serializer):
    """An entity that a document is attached to."""

    entity_type = serializers.CharField()
    entity_id = serializers.CharField()
    label: Any = serializers.CharField(help_text='The role of the document in the entity, for example "transcript".')
    title = serializers.CharField(help_text="The name of the entity.")
    url = serializers.CharField()


class ResourceSerializer(UploadSerializer):
    """A document."""

    page_count = serializers.IntegerField(allow_null=True, help_text="Pages of a PDF; null until it is inspected.")
    attached_to = AttachedToSerializer(many=True)


class ResourceDetailSerializer(UploadDetailSerializer, ResourceSerializer):
    """A document with the other usages of its file."""


class ResourceUpdateSerializer(DetailsSerializer):
    """The fields that can be changed; other fields of the representation are ignored."""

    ignored_fields = frozenset(ResourceDetailSerializer().fields)


class ResourceCreateSerializer(DetailsSerializer):
    """An upload session or an upload of type DOCUMENT, with the details to store."""

    ignored_fields = ResourceUpdateSerializer.ignored_fields

    upload_session = serializers.CharField(max_length=64, required=False)
    upload = serializers.CharField(max_length=64, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("upload_session" in attrs) == ("upload" in attrs):
            raise Invalid(_("Name either an upload session or an upload."), attr="upload_session", code="required")
        return attrs
