"""The descriptive fields of a file, with the same checks in every body that creates or changes one."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.db.ids import parse_id
from permissions.api.serializers import StrictSerializer
from permissions.choices import Visibility
from uploads.files.edit import TAGS_OF_A_FILE, normalize_name, normalize_text


class TextField(serializers.CharField):
    """Text as it is stored: normalized before its length is checked."""

    def to_internal_value(self, data: str) -> str:
        """Return `data` composed (NFC) and trimmed."""
        return normalize_text(super().to_internal_value(data))


class TagField(serializers.CharField):
    """The name of one tag."""

    def to_internal_value(self, data: str) -> str:
        """Return `data` composed (NFC), trimmed, with single spaces."""
        return normalize_name(super().to_internal_value(data))


class IdsField(serializers.ListField):
    """Ids of roles or users. The service that writes them checks that the organization has them."""

    child = serializers.CharField(max_length=64)
    default_error_messages = {"does_not_exist": _("Object does not exist.")}

    def to_internal_value(self, data: list[Any]) -> list[UUID]:
        """Return the ids. Raises ValidationError `does_not_exist` for a text that cannot be one."""
        ids = [parse_id(value) for value in super().to_internal_value(data)]
        if None in ids:
            self.fail("does_not_exist")
        return [pk for pk in ids if pk is not None]


class DetailsSerializer(StrictSerializer):
    """The fields of `uploads.files.edit.Details`; every one is optional."""

    title = TextField(max_length=200, allow_blank=True, required=False)
    description = TextField(max_length=5000, allow_blank=True, required=False)
    alt_text = TextField(max_length=500, allow_blank=True, required=False)
    category = TextField(max_length=100, allow_blank=True, required=False)
    tags = serializers.ListField(child=TagField(max_length=50), max_length=TAGS_OF_A_FILE, required=False)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    allowed_roles = IdsField(max_length=100, required=False)
