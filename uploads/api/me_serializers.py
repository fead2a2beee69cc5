"""The shapes of `/me/`, for the schema and for what comes in."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from common.errors import DoesNotExist
from permissions.api.serializers import RowField, StrictModelSerializer, StrictSerializer
from permissions.choices import Permission
from permissions.models import User
from uploads.api.details import TextField
from uploads.api.serializers import RoleSummarySerializer
from uploads.choices import UploadType
from uploads.models import Upload


class MeUserSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    username = serializers.CharField()
    email = serializers.CharField()
    display_name = serializers.CharField()
    language = serializers.CharField(help_text="Empty: the browser's.")
    time_zone = serializers.CharField(help_text="IANA name; empty: as the browser says.")
    avatar_url = serializers.URLField(allow_null=True)


class MeOrganizationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.SlugField()
    name = serializers.CharField()


class OrganizationStorageSerializer(serializers.Serializer[Any]):
    used = serializers.IntegerField(help_text="Bytes of all files of the organization, trash included.")
    quota = serializers.IntegerField(allow_null=True, help_text="Bytes; null: no limit for the organization.")


class MeHereSerializer(MeOrganizationSerializer):
    storage = OrganizationStorageSerializer()


class MeStorageSerializer(serializers.Serializer[Any]):
    used = serializers.IntegerField(help_text="Bytes of the user's own files here, trash included.")
    quota = serializers.IntegerField(allow_null=True, help_text="Bytes; null: no limit for a single user.")


class MeSerializer(serializers.Serializer[Any]):
    user = MeUserSerializer()
    organization = MeHereSerializer()
    organizations = MeOrganizationSerializer(many=True)
    roles = RoleSummarySerializer(many=True)
    permissions = serializers.ListField(child=serializers.ChoiceField(Permission.choices))
    storage = MeStorageSerializer()


class PreferencesSerializer(StrictModelSerializer[User]):
    """What a person says of themselves; empty texts take the choice back."""

    ignored_fields = frozenset(MeSerializer().fields)

    display_name = TextField(max_length=150, allow_blank=True)
    language = serializers.ChoiceField(settings.LANGUAGES, allow_blank=True)

    class Meta:
        model = User
        fields = ["display_name", "language", "time_zone"]


class AvatarSerializer(StrictSerializer):
    """An AVATAR upload of one's own; anybody else's does not exist."""

    upload: RowField[Upload] = RowField(queryset=Upload.objects.filter(type=UploadType.AVATAR))

    def validate_upload(self, upload: Upload) -> Upload:
        if upload.uploaded_by_id != self.context["access"].user_id:
            raise DoesNotExist(attr="upload")
        return upload
