"""The bodies of bulk calls, and their answers."""

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

MOST_IDS = 10_000
MOST_SHOWN = 999_999_999  # of a list; larger numbers than 64 bits hold could not be named in the answer
ERRORS_SHOWN = 20


class UploadIdsField(serializers.ListField):
    """Ids of uploads; what is not one is named by its index. Read without a field a child, ten times faster."""

    child = serializers.UUIDField()

    def run_child_validation(self, data: list[Any]) -> list[UUID]:
        ids = [parse_id(value) for value in data]
        if None in ids:
            wrong = [index for index, pk in enumerate(ids) if pk is None]
            detail = ErrorDetail(_("Must be a valid UUID."), code="invalid")
            raise ValidationError({str(index): [detail] for index in wrong[:ERRORS_SHOWN]})
        return [pk for pk in dict.fromkeys(ids) if pk is not None]


class SelectionSerializer(StrictSerializer):
    """Files by `ids`, or all `count` files that match the list parameters of `filter`: one of the two."""

    ids = UploadIdsField(min_length=1, max_length=MOST_IDS, required=False)
    filter = serializers.DictField(
        required=False, help_text="Parameters of the list (of the trash, to restore), repeated ones as a list."
    )
    count = serializers.IntegerField(
        min_value=0,
        max_value=MOST_SHOWN,
        required=False,
        help_text="With `filter`: how many files the caller was shown. Where another number matches now, the answer is "
        "409 `selection_changed` with both numbers, and nothing is done.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in attrs) == ("filter" in attrs):
            raise Invalid(_("Give either ids or filter."), code="ids_or_filter")
        if "filter" in attrs and "count" not in attrs:
            raise Invalid(_("Give the number of files that were shown."), attr="count", code="required")
        if "ids" in attrs and "count" in attrs:
            raise Invalid(_("count is only valid together with filter."), attr="count", code="ids_or_filter")
        return attrs


class BulkDeleteSerializer(SelectionSerializer):
    force = serializers.BooleanField(default=False, help_text="Delete also what is in use.")


class BulkVisibilitySerializer(SelectionSerializer):
    visibility = serializers.ChoiceField(Visibility.choices)
    allowed_roles = IdsField(max_length=100, required=False, help_text="Absent: they stay as they are.")
    # The annotation: DRF's serializers have an attribute of that name.
    partial: Any = serializers.BooleanField(
        default=False, help_text="Change the files that the caller may change, and name the others."
    )


class BulkTagsSerializer(SelectionSerializer):
    add = serializers.ListField(child=TagField(max_length=50), max_length=TAGS_OF_A_FILE, default=list)
    remove = serializers.ListField(child=TagField(max_length=50), max_length=TAGS_OF_A_FILE, default=list)


class IdListField(serializers.ListField):
    child = serializers.UUIDField()


class DeleteOutcomeSerializer(serializers.Serializer[Any]):
    """What became of each file, once; `not_found` are unknown, foreign and already deleted ones."""

    deleted = IdListField()
    denied = IdListField()
    not_found = IdListField()
    in_use = IdListField()


class RestoreOutcomeSerializer(serializers.Serializer[Any]):
    """What became of each file, once; `not_found` are those that are not in the trash."""

    restored = IdListField()
    denied = IdListField()
    not_found = IdListField()


class TagsOutcomeSerializer(serializers.Serializer[Any]):
    """What became of each file, once; `too_many` are those that would have more tags than a file may."""

    updated = IdListField()
    denied = IdListField()
    not_found = IdListField()
    too_many = IdListField()


class UpdatedSerializer(serializers.Serializer[Any]):
    """All or nothing: how many files have this visibility now."""

    updated = serializers.IntegerField()


class VisibilityOutcomeSerializer(serializers.Serializer[Any]):
    """With `partial`: what became of each file, once; `denied` holds those of fixed visibility, too."""

    updated = IdListField()
    denied = IdListField()
    not_found = IdListField()
