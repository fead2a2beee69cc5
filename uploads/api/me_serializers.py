"""Requests and responses of `/me/`."""

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
    """The signed-in user."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    email = serializers.CharField()
    display_name = serializers.CharField()
    language = serializers.CharField(help_text="Language code; empty for the browser's language.")
    time_zone = serializers.CharField(help_text="IANA name; empty for the browser's time zone.")
    avatar_url = serializers.URLField(allow_null=True)


class MeOrganizationSerializer(serializers.Serializer[Any]):
    """An organization of the signed-in user."""

    id = serializers.UUIDField()
    slug = serializers.SlugField()
    name = serializers.CharField()


class OrganizationStorageSerializer(serializers.Serializer[Any]):
    """The storage of the organization."""

    used = serializers.IntegerField(help_text="Bytes of all files of the organization, including the trash.")
    quota = serializers.IntegerField(allow_null=True, help_text="Bytes; null without a limit for the organization.")


class CurrentOrganizationSerializer(MeOrganizationSerializer):
    """The organization of the request."""

    storage = OrganizationStorageSerializer()


class MeStorageSerializer(serializers.Serializer[Any]):
    """The storage of the signed-in user in the organization."""

    used = serializers.IntegerField(help_text="Bytes of the user's files in the organization, including the trash.")
    quota = serializers.IntegerField(allow_null=True, help_text="Bytes; null without a limit for each user.")


class MeSerializer(serializers.Serializer[Any]):
    """The signed-in user in one organization."""

    user = MeUserSerializer()
    organization = CurrentOrganizationSerializer()
    organizations = MeOrganizationSerializer(many=True)
    roles = RoleSummarySerializer(many=True)
    permissions = serializers.ListField(child=serializers.ChoiceField(Permission.choices))
    storage = MeStorageSerializer()


class PreferencesSerializer(StrictModelSerializer[User]):
    """Preferences of the signed-in user; an empty text removes the preference."""

    ignored_fields = frozenset(MeSerializer().fields)

    display_name = TextField(max_length=150, allow_blank=True)
    language = serializers.ChoiceField(settings.LANGUAGES, allow_blank=True)

    class Meta:
        model = User
        fields = ["display_name", "language", "time_zone"]


class AvatarSerializer(StrictSerializer):
    """An AVATAR upload of the caller."""

    upload: RowField[Upload] = RowField(queryset=Upload.objects.filter(type=UploadType.AVATAR))

    def validate_upload(self, upload: Upload) -> Upload:
        """Raises DoesNotExist for an upload of another user."""
        if upload.uploaded_by_id != self.context["access"].user_id:
            raise DoesNotExist(attr="upload")
        return upload
