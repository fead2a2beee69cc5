"""Bases of the API's serializers."""

from collections.abc import Mapping, Set
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from common.db.ids import parse_id
from permissions.access import scope
from permissions.api.objects import ControlledRows
from permissions.choices import Action

ModelT = TypeVar("ModelT", bound=Model)


def refuse_unknown_fields(data: object, known: Set[str]) -> None:
    """Raise ValidationError (400 `unknown_field`) for the first 20 names in the body `data` that are not `known`."""
    unknown = [name for name in data if name not in known] if isinstance(data, Mapping) else []
    if unknown:
        detail = ErrorDetail(gettext("Unknown field."), code="unknown_field")
        raise ValidationError({str(name)[:100]: [detail] for name in unknown[:20]})


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses fields that the representation does not have (400 `unknown_field`).

    Read-only fields sent back are ignored, and so are `ignored_fields`: the rest of the representation, where another
    serializer reads it.
    """

    ignored_fields: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the validated fields. Raises ValidationError."""
        refuse_unknown_fields(data, self.fields.keys() | self.ignored_fields)
        return super().to_internal_value(data)


class StrictModelSerializer(serializers.ModelSerializer[ModelT]):
    """A model's serializer that refuses unknown fields, as `StrictSerializer` does."""

    ignored_fields: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the validated fields. Raises ValidationError."""
        refuse_unknown_fields(data, self.fields.keys() | self.ignored_fields)
        return super().to_internal_value(data)


class RowField(serializers.PrimaryKeyRelatedField[ModelT]):
    """The id of a row in the caller's organization; malformed, unknown and foreign ids all are `does_not_exist`.

    With `allowing`, a row to which the caller may not do that action does not exist either. The serializer's context
    holds the caller's `access`, as `ApiViewSet` provides it.
    """

    default_error_messages = {"does_not_exist": _("Object does not exist.")}

    def __init__(self, *, allowing: Action | None = None, **kwargs: Any):
        self.allowing = allowing
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet[ModelT] | None:
        """Return the rows that exist for the caller."""
        queryset, access = super().get_queryset(), self.context.get("access")
        if queryset is None or access is None:
            return queryset
        if self.allowing is not None:
            return cast(ControlledRows[ModelT, Action], queryset).allowing(access, self.allowing)
        return scope(queryset, access)

    def to_internal_value(self, data: object) -> ModelT:
        """Return the row of this id. Raises ValidationError `does_not_exist`. One query."""
        row_id, queryset = parse_id(data), self.get_queryset()
        row = queryset.filter(pk=row_id).first() if row_id and queryset is not None else None
        if row is None:
            self.fail("does_not_exist")
        return row
