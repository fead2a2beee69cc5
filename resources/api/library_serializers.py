"""Serializers of library resources."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.rest.fields import ReferenceField
from permissions.api.serializers import StrictSerializer
from resources.choices import FileRole, LibraryStatus, LibraryType
from resources.services.library_files import MAX_FILES
from uploads.api.details import TextField
from uploads.api.session_serializers import AnnouncedFileSerializer, UploadSessionSerializer

UNSUPPORTED = "unsupported_library_type"


class LibraryFileSerializer(serializers.Serializer):
    """A file of a library resource, at a public URL."""

    id = serializers.UUIDField(help_text="The id of the upload; a generated thumbnail has the id of its original.")
    url = serializers.CharField()
    mime_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class LibraryResourceSerializer(serializers.Serializer):
    """A model, scene or garment."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(LibraryType.choices)
    name = serializers.CharField()
    status = serializers.ChoiceField(LibraryStatus.choices)
    gender = serializers.CharField(allow_null=True)
    age_group = serializers.CharField(allow_null=True)
    environment = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    original = LibraryFileSerializer()
    thumbnail = LibraryFileSerializer(allow_null=True, help_text="Generated from the original if none was uploaded.")
    gallery = LibraryFileSerializer(many=True)
    created_at = serializers.DateTimeField()


class LibraryTypeField(serializers.ChoiceField):
    """A type of library resource."""

    default_error_messages = {UNSUPPORTED: _("The type of a library resource is one of: {types}.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(LibraryType.choices, **kwargs)

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str) or data not in LibraryType.values:
            self.fail(UNSUPPORTED, types=", ".join(LibraryType.values))
        return data


class LibraryFileCreateSerializer(StrictSerializer):
    """An uploaded file and its role."""

    role = serializers.ChoiceField(FileRole.choices)
    upload_session = serializers.CharField(max_length=64)
    position = serializers.IntegerField(
        min_value=0,
        max_value=999_999,
        required=False,
        allow_null=True,
        help_text="Position in the gallery; default: the end.",
    )


class LibraryFieldsSerializer(StrictSerializer):
    """The writable fields of a library resource."""

    name = TextField(max_length=200)
    status = serializers.ChoiceField(LibraryStatus.choices, required=False)
    gender = TextField(max_length=100, required=False, allow_blank=True, allow_null=True)
    age_group = TextField(max_length=100, required=False, allow_blank=True, allow_null=True)
    environment = TextField(max_length=100, required=False, allow_blank=True, allow_null=True)
    category = TextField(max_length=100, required=False, allow_blank=True, allow_null=True)


class LibraryResourceCreateSerializer(LibraryFieldsSerializer):
    """A library resource with all its files."""

    ignored_fields = frozenset({"id", "original", "thumbnail", "gallery", "created_at"})

    type = LibraryTypeField()
    files = serializers.ListField(child=LibraryFileCreateSerializer(), allow_empty=False, max_length=MAX_FILES)


class LibraryResourceUpdateSerializer(LibraryFieldsSerializer):
    """The fields that can be changed; other fields of the representation are ignored."""

    ignored_fields = frozenset({"id", "type", "original", "thumbnail", "created_at"})

    gallery = serializers.ListField(
        child=ReferenceField(),
        required=False,
        max_length=1000,
        help_text="The gallery in its new order; files missing from it are moved to the trash.",
    )
    files = serializers.ListField(
        child=LibraryFileCreateSerializer(),
        required=False,
        max_length=MAX_FILES,
        help_text="Files to add; an original or thumbnail replaces the previous one.",
    )


class PresignFileSerializer(AnnouncedFileSerializer):
    """A file that is sent for a resource."""

    role = serializers.ChoiceField(FileRole.choices)


class PresignSerializer(StrictSerializer):
    """The files of one resource."""

    type = LibraryTypeField(required=False, help_text="Names the folder of the stored files.")
    files = serializers.ListField(child=PresignFileSerializer(), allow_empty=False, max_length=MAX_FILES)


class PresignedFileSerializer(UploadSessionSerializer):
    """An upload session and the role of its file."""

    role = serializers.ChoiceField(FileRole.choices)
    upload_session = serializers.UUIDField(help_text="The id of the session, as used to create the resource.")


class PresignedFilesSerializer(serializers.Serializer):
    """An upload session for each file, in the order of the request."""

    files = PresignedFileSerializer(many=True)
