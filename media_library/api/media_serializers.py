"""The shape of media items in answers and bodies."""

from uuid import UUID

from rest_framework import serializers

from common.db.ids import parse_id
from media_library.choices import MediaStatus, MediaType
from permissions.api.serializers import StrictSerializer
from uploads.api.details import DetailsSerializer
from uploads.api.serializers import UploadDetailSerializer, UploadSerializer


class MediaFields(serializers.Serializer):
    """What a media item has besides what its upload has."""

    media_type = serializers.ChoiceField(choices=MediaType.choices)
    status = serializers.ChoiceField(choices=MediaStatus.choices)
    duration_seconds = serializers.FloatField(allow_null=True)
    progress = serializers.IntegerField(help_text="Percent of the transcoding.")
    hls_url = serializers.CharField(
        allow_null=True, help_text="For whoever is signed in here; players elsewhere ask `playback` for an address."
    )
    poster_url = serializers.CharField(allow_null=True)
    error = serializers.CharField(help_text="Why it failed; empty where it has not.")


class MediaItemSerializer(MediaFields, UploadSerializer):
    """A video or sound."""


class MediaItemDetailSerializer(MediaFields, UploadDetailSerializer):
    """A video or sound and where it is used."""


class PlaybackSerializer(serializers.Serializer):
    """Addresses that play without signing in, until `expires_at`."""

    hls_url = serializers.CharField(allow_null=True, help_text="A master playlist; null while there are no streams.")
    file_url = serializers.CharField(help_text="The file itself.")
    poster_url = serializers.CharField(allow_null=True)
    expires_at = serializers.DateTimeField()


class IdField(serializers.CharField):
    """The id of a row, which is looked for where it is used; malformed ones do not exist."""

    default_error_messages = {"does_not_exist": "Object does not exist."}

    def to_internal_value(self, data: object) -> UUID:  # type: ignore[override]
        row_id = parse_id(data)
        if row_id is None:
            self.fail("does_not_exist")
        return row_id


class NewMediaItem(DetailsSerializer):
    """What a media item is to be made of, and what is said of it."""

    upload_session = IdField(required=False, help_text="One's own session, its file sent or completed already.")
    upload = IdField(required=False, help_text="A file that one may edit, in place of a session.")

    def validate(self, attrs: dict) -> dict:
        if ("upload_session" in attrs) == ("upload" in attrs):
            raise serializers.ValidationError({"upload_session": "Name either an upload_session or an upload."})
        return attrs


class MediaItemDetails(DetailsSerializer):
    """The fields of a media item that can be written; the others may be sent back and are ignored."""

    ignored_fields = frozenset(MediaItemDetailSerializer().fields) | {"path"}


class Callback(StrictSerializer):
    """What a transcoder elsewhere reports of the attempt that writes below `output_prefix`."""

    output_prefix = serializers.CharField(max_length=1024)
    status = serializers.ChoiceField(choices=["progress", "success", "failure"])
    progress = serializers.IntegerField(min_value=0, max_value=100, default=0, help_text="Percent.")
    master = serializers.CharField(max_length=500, default="master.m3u8", help_text="Relative to the prefix.")
    outputs = serializers.ListField(
        child=serializers.CharField(max_length=500), max_length=50_000, default=list, help_text="Relative as well."
    )
    duration_seconds = serializers.FloatField(min_value=0, max_value=10**7, required=False)
    error = serializers.CharField(max_length=500, allow_blank=True, default="", help_text="For people.")
