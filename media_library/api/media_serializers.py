"""Serializers of media items."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from common.rest.fields import ReferenceField
from media_library.choices import MediaStatus, MediaType
from permissions.api.serializers import StrictSerializer
from uploads.api.details import DetailsSerializer
from uploads.api.serializers import UploadDetailSerializer, UploadSerializer


class MediaFieldsSerializer(serializers.Serializer):
    """The fields of a media item besides those of its upload."""

    media_type = serializers.ChoiceField(choices=MediaType.choices)
    status = serializers.ChoiceField(choices=MediaStatus.choices)
    duration_seconds = serializers.FloatField(allow_null=True)
    progress = serializers.IntegerField(help_text="Progress of transcoding in percent.")
    hls_url = serializers.CharField(
        allow_null=True, help_text="For signed-in browsers; other players use the URLs of `playback`."
    )
    poster_url = serializers.CharField(allow_null=True)
    error = serializers.CharField(help_text="Why transcoding failed; empty otherwise.")


class MediaItemSerializer(MediaFieldsSerializer, UploadSerializer):
    """A video or audio file."""


class MediaItemDetailSerializer(MediaFieldsSerializer, UploadDetailSerializer):
    """A video or audio file with its usages."""


class PlaybackCaptionSerializer(serializers.Serializer):
    """Captions as WebVTT; `hls_url` names them as well."""

    id = serializers.UUIDField()
    language = serializers.CharField()
    label: Any = serializers.CharField()
    url = serializers.CharField()


class PlaybackSerializer(serializers.Serializer):
    """URLs that need no credentials, valid until `expires_at`."""

    hls_url = serializers.CharField(allow_null=True, help_text="The master playlist; null until there are streams.")
    file_url = serializers.CharField(help_text="The original file.")
    poster_url = serializers.CharField(allow_null=True)
    timeline_url = serializers.CharField(
        allow_null=True,
        help_text="WebVTT whose cues name pictures for the seek bar, as `timeline-1.jpg#xywh=160,0,160,90`.",
    )
    captions = PlaybackCaptionSerializer(many=True)
    expires_at = serializers.DateTimeField()


class MediaItemCreateSerializer(DetailsSerializer):
    """An upload session or an upload of type VIDEO or AUDIO, with the details to store."""

    upload_session = ReferenceField(required=False, help_text="A session of the caller, uploaded or completed.")
    upload = ReferenceField(required=False, help_text="An upload that the caller may edit, instead of a session.")

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if ("upload_session" in attrs) == ("upload" in attrs):
            raise serializers.ValidationError({"upload_session": _("Name either an upload session or an upload.")})
        return attrs


class MediaItemUpdateSerializer(DetailsSerializer):
    """The fields that can be changed; other fields of the representation are ignored."""

    ignored_fields = frozenset(MediaItemDetailSerializer().fields) | {"path"}


class TranscodingCallbackSerializer(StrictSerializer):
    """A report of a remote transcoder about the attempt that writes below `output_prefix`."""

    output_prefix = serializers.CharField(max_length=1024)
    status = serializers.ChoiceField(choices=["progress", "success", "failure"])
    progress = serializers.IntegerField(min_value=0, max_value=100, default=0, help_text="Percent.")
    master = serializers.CharField(max_length=500, default="master.m3u8", help_text="Relative to the prefix.")
    outputs = serializers.ListField(
        child=serializers.CharField(max_length=500),
        max_length=50_000,
        default=list,
        help_text="Relative to the prefix.",
    )
    duration_seconds = serializers.FloatField(min_value=0, max_value=10**7, required=False)
    error = serializers.CharField(max_length=500, allow_blank=True, default="", help_text="Shown to people.")
