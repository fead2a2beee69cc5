"""The metadata of a file, for the OpenAPI schema."""

from typing import Any

from rest_framework import serializers


class ExposureSerializer(serializers.Serializer[Any]):
    """How a picture was exposed."""

    time = serializers.FloatField(required=False, help_text="Seconds.")
    aperture = serializers.FloatField(required=False, help_text="F-number.")
    iso = serializers.IntegerField(required=False)
    focal_length = serializers.FloatField(required=False, help_text="Millimetres.")


class LocationSerializer(serializers.Serializer[Any]):
    """A place on Earth, in degrees of WGS 84."""

    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class MetadataSerializer(serializers.Serializer[Any]):
    """What the bytes of the file say of themselves. Facts that the file does not have are absent."""

    taken_at = serializers.CharField(
        required=False,
        help_text="ISO 8601, with an offset where the file names one, else in the local time of its place.",
    )
    camera = serializers.CharField(required=False)
    lens = serializers.CharField(required=False)
    exposure = ExposureSerializer(required=False)
    orientation = serializers.IntegerField(required=False, help_text="As stored, 1 to 8 (EXIF).")
    title = serializers.CharField(required=False)
    caption = serializers.CharField(required=False)
    alt_text = serializers.CharField(required=False)
    keywords = serializers.ListField(child=serializers.CharField(), required=False)
    creator = serializers.CharField(required=False)
    credit = serializers.CharField(required=False)
    copyright = serializers.CharField(required=False)
    author = serializers.CharField(required=False, help_text="Of a document.")
    album = serializers.CharField(required=False, help_text="Of a sound.")
    duration = serializers.FloatField(required=False, help_text="Seconds.")
    pages = serializers.IntegerField(required=False)
    encoding = serializers.CharField(required=False, help_text="Of a text, as in `charset`.")
    location = LocationSerializer(
        required=False, help_text="Where it was taken; only for callers who may edit the file."
    )
