"""Bases of the API's serializers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from common.db.ids import parse_id
from permissions.access import scope
from permissions.choices import Action


class StrictMixin:
    """Refuses fields that the representation does not have (400 `unknown_field`).

    Read-only fields sent back are ignored, and so are `ignored_fields`: the rest of the representation, where a
    serializer that writes is not the one that reads.
    """

    ignored_fields: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = self.fields.keys() | self.ignored_fields  # type: ignore[attr-defined]
            unknown = [name for name in data if name not in known]
            if unknown:
                raise ValidationError({str(name)[:100]: [_UNKNOWN_FIELD] for name in unknown[:20]})
        return super().to_internal_value(data)  # type: ignore[misc]


_UNKNOWN_FIELD = ErrorDetail("Unknown field.", code="unknown_field")


class StrictSerializer(StrictMixin, serializers.Serializer):
    """A plain serializer that refuses unknown fields."""


class StrictModelSerializer(StrictMixin, serializers.ModelSerializer):
    """A model's serializer that refuses unknown fields."""


class RowField(serializers.PrimaryKeyRelatedField):
    """The id of a row in the caller's organization; malformed, unknown and foreign ids all are `does_not_exist`.

    With `allowing`, rows to which the caller may not do that do not exist either. The serializer's context holds
    the caller's `access`, as `ApiViewSet` provides it.
    """

    default_error_messages = {"does_not_exist": "Object does not exist."}

    def __init__(self, *, allowing: Action | None = None, **kwargs: Any):
        self.allowing = allowing
        super().__init__(**kwargs)

    def get_queryset(self) -> Any:
        queryset, access = super().get_queryset(), self.context.get("access")
        if queryset is None or access is None:
            return queryset
        if self.allowing is not None:
            return queryset.allowing(access, self.allowing)
        return scope(queryset, access)

    def to_internal_value(self, data: Any) -> Any:
        row_id = parse_id(data)
        row = self.get_queryset().filter(pk=row_id).first() if row_id else None
        if row is None:
            self.fail("does_not_exist")
        return row
