"""What comes in about library resources, and the shape of what goes out."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.db.ids import parse_id
from permissions.api.serializers import StrictSerializer
from resources.choices import FileRole, LibraryStatus, LibraryType
from resources.services.library_files import MOST_FILES
from uploads.api.details import TextField
from uploads.api.session_serializers import SessionShape

UNSUPPORTED = "unsupported_library_type"


class LibraryFileShape(serializers.Serializer):
    """A picture, at an address that anybody may fetch."""

    id = serializers.UUIDField(help_text="Of its upload; a thumbnail that was made has its original's.")
    url = serializers.CharField()
    mime_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class LibraryResourceShape(serializers.Serializer):
    """A model, scene or garment."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(LibraryType.choices)
    name = serializers.CharField()
    status = serializers.ChoiceField(LibraryStatus.choices)
    gender = serializers.CharField(allow_null=True)
    age_group = serializers.CharField(allow_null=True)
    environment = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    original = LibraryFileShape()
    thumbnail = LibraryFileShape(allow_null=True, help_text="Made from the original where none was given.")
    gallery = LibraryFileShape(many=True)
    created_at = serializers.DateTimeField()


class LibraryTypeField(serializers.ChoiceField):
    """A type of library resource."""

    default_error_messages = {UNSUPPORTED: f"Library resources are {', '.join(LibraryType.values)}."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(LibraryType.choices, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in LibraryType.values:
            self.fail(UNSUPPORTED)
        return data


class FileEntry(StrictSerializer):
    """A file that was sent."""

    role = serializers.ChoiceField(FileRole.choices)
    upload_session = serializers.CharField(max_length=64)
    position = serializers.IntegerField(
        min_value=0, max_value=999_999, required=False, allow_null=True, help_text="In the gallery; else at its end."
    )


class LibraryFieldsSerializer(StrictSerializer):
    """What is said of a library resource."""

    name = TextField(max_length=200)
    status = serializers.ChoiceField(LibraryStatus.choices, required=False)
    gender = TextField(max_length=100, required=False, allow_blank=True, allow_null=True)
    age_group = TextField(max_length=100, required=False, allow_blank=True, allow_null=True)
    environment = TextField(max_length=100, required=False, allow_blank=True, allow_null=True)
    category = TextField(max_length=100, required=False, allow_blank=True, allow_null=True)


class NewLibraryResource(LibraryFieldsSerializer):
    """A library resource with all of its files."""

    ignored_fields = frozenset({"id", "original", "thumbnail", "gallery", "created_at"})

    type = LibraryTypeField()
    files = serializers.ListField(child=FileEntry(), allow_empty=False, max_length=MOST_FILES)


@extend_schema_field(OpenApiTypes.UUID)
class GalleryEntry(serializers.Field):
    """The id of a file of the gallery, or the file as it is shown."""

    default_error_messages = {"does_not_exist": "Object does not exist."}

    def to_internal_value(self, data: Any) -> Any:
        found = parse_id(data.get("id") if isinstance(data, dict) else data)
        if found is None:
            self.fail("does_not_exist")
        return found


class LibraryEdit(LibraryFieldsSerializer):
    """The fields to change; the rest of the representation may be sent back and is ignored."""

    ignored_fields = frozenset({"id", "type", "original", "thumbnail", "created_at"})

    gallery = serializers.ListField(
        child=GalleryEntry(),
        required=False,
        max_length=1000,
        help_text="The files of the gallery in their new order; those left out go into the trash.",
    )
    files = serializers.ListField(
        child=FileEntry(),
        required=False,
        max_length=MOST_FILES,
        help_text="Files to add; an original or thumbnail replaces the one before.",
    )


class AnnouncedFile(StrictSerializer):
    """What a client says of a file before it sends it."""

    role = serializers.ChoiceField(FileRole.choices)
    filename = serializers.CharField(allow_blank=True, max_length=10_000, help_text="Display text.")
    content_type = serializers.CharField(max_length=255)
    size = serializers.IntegerField(min_value=0, help_text="Bytes.")
    checksum_sha256 = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="Base64.")


class Presign(StrictSerializer):
    """All the files of one resource."""

    type = LibraryTypeField(required=False, help_text="Names the folder in which the files are kept.")
    files = serializers.ListField(child=AnnouncedFile(), allow_empty=False, max_length=MOST_FILES)


class PresignedFile(SessionShape):
    """A session, and what its file will be."""

    role = serializers.ChoiceField(FileRole.choices)
    upload_session = serializers.UUIDField(help_text="The session's id, as creating the resource asks for it.")


class Presigned(serializers.Serializer):
    """A session for every file, in their order."""

    files = PresignedFile(many=True)
