"""Requests and responses of bulk calls."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from common.db.ids import parse_id
from common.errors import Invalid
from permissions.api.serializers import StrictSerializer
from permissions.choices import Visibility
from uploads.api.details import IdsField, TagField
from uploads.files.edit import TAGS_OF_A_FILE

MAX_IDS = 10_000
MAX_SHOWN = 999_999_999  # files in a list; a number beyond 64 bits could not be repeated in the response
ERRORS_SHOWN = 20


class UploadIdsField(serializers.ListField):
    """Ids of uploads; errors name the index. Parsed directly: ten times faster than one field for each id."""

    child = serializers.UUIDField()

    def run_child_validation(self, data: list[Any]) -> list[UUID]:
        """Return the ids, each once. Raises ValidationError for the first 20 values that are no UUIDs."""
        ids = [parse_id(value) for value in data]
        if None in ids:
            wrong = [index for index, pk in enumerate(ids) if pk is None]
            detail = ErrorDetail(_("Must be a valid UUID."), code="invalid")
            raise ValidationError({str(index): [detail] for index in wrong[:ERRORS_SHOWN]})
        return [pk for pk in dict.fromkeys(ids) if pk is not None]


class SelectionSerializer(StrictSerializer):
    """Files by `ids`, or all `count` files that match the list parameters in `filter`: one of the two."""

    ids = UploadIdsField(min_length=1, max_length=MAX_IDS, required=False)
    filter = serializers.DictField(
        required=False, help_text="Parameters of the list (to restore: of the trash); repeated ones as a list."
    )
    count = serializers.IntegerField(
        min_value=0,
        max_value=MAX_SHOWN,
        required=False,
        help_text="With `filter`: the number of files that the caller was shown. If another number matches now, the "
        "response is 409 `selection_changed` with both numbers and nothing is changed.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises Invalid unless there are either ids, or a filter and the number of files shown."""
        if ("ids" in attrs) == ("filter" in attrs):
            raise Invalid(_("Give either ids or filter."), code="ids_or_filter")
        if "filter" in attrs and "count" not in attrs:
            raise Invalid(_("Give the number of files that were shown."), attr="count", code="required")
        if "ids" in attrs and "count" in attrs:
            raise Invalid(_("count is only valid together with filter."), attr="count", code="ids_or_filter")
        return attrs


class BulkDeleteSerializer(SelectionSerializer):
    """The files to move to the trash."""

    force = serializers.BooleanField(default=False, help_text="Delete files that are in use as well.")


class BulkVisibilitySerializer(SelectionSerializer):
    """The files, and who may see them."""

    visibility = serializers.ChoiceField(Visibility.choices)
    allowed_roles = IdsField(max_length=100, required=False, help_text="If absent, the roles are not changed.")
    # The annotation: DRF's serializers have an attribute of that name.
    partial: Any = serializers.BooleanField(
        default=False, help_text="Change the files that the caller may change, and list the others."
    )


class BulkTagsSerializer(SelectionSerializer):
    """The files, and tags to add and remove."""

    add = serializers.ListField(child=TagField(max_length=50), max_length=TAGS_OF_A_FILE, default=list)
    remove = serializers.ListField(child=TagField(max_length=50), max_length=TAGS_OF_A_FILE, default=list)


class IdListField(serializers.ListField):
    """A list of ids."""

    child = serializers.UUIDField()


class DeleteOutcomeSerializer(serializers.Serializer[Any]):
    """Each file under one outcome; `not_found` are unknown, foreign and already deleted files."""

    deleted = IdListField()
    denied = IdListField()
    not_found = IdListField()
    in_use = IdListField()


class RestoreOutcomeSerializer(serializers.Serializer[Any]):
    """Each file under one outcome; `not_found` are files that are not in the trash."""

    restored = IdListField()
    denied = IdListField()
    not_found = IdListField()


class TagsOutcomeSerializer(serializers.Serializer[Any]):
    """Each file under one outcome; `too_many` are files that would have more than 50 tags."""

    updated = IdListField()
    denied = IdListField()
    not_found = IdListField()
    too_many = IdListField()


class UpdatedSerializer(serializers.Serializer[Any]):
    """Without `partial`: the number of files that have this visibility now."""

    updated = serializers.IntegerField()


class VisibilityOutcomeSerializer(serializers.Serializer[Any]):
    """With `partial`: each file under one outcome; `denied` includes files of fixed visibility."""

    updated = IdListField()
    denied = IdListField()
    not_found = IdListField()
