"""The kinds of parameters: filters of django-filter over strict fields."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext
from django_filters import filters
from drf_spectacular.utils import extend_schema_field

from common.db.stand_ins import Fixed
from common.errors import Invalid
from common.rest.filters.fields import (
    BooleanField,
    IntegerField,
    MomentField,
    OneOfField,
    TextField,
    ValueField,
    ValuesField,
)
from common.text import having_words, words_of

Rows = TypeVar("Rows", bound=QuerySet[Any])


class StrictFilter(filters.Filter):
    """One parameter: a filter that also has a schema, a sentence for refusals, and a cheap copy.

    A subclass names the field that reads a value as its `field_class`.
    """

    is_repeatable: ClassVar[bool] = False
    # Whether values that are bound to a statement later may take the place of others (`common.db.stand_ins`): not where
    # the filter decides by them.
    binds: ClassVar[bool] = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        schema = {**self.field.schema, "description": options.get("help_text", "")}
        extend_schema_field(schema)(self)

    def __deepcopy__(self, memo: object) -> Self:
        """Return the copy that is bound to one request: only its filter set differs from the declared one."""
        bound = copy.copy(self)
        bound.method = self.method  # so that a method is looked up in the copy's filter set
        return bound

    def bound(self, value: Any) -> Any:
        """Return a value as `filter` takes it and a statement may bind it: a tuple instead of a list."""
        value = tuple(value) if isinstance(value, list) else value
        return value if self.binds and self.method is None else Fixed(value)

    def refusal(self, name: str) -> Invalid:
        """Return the error for a value that is not valid."""
        return Invalid(gettext("%(name)s has a value that is not valid.") % {"name": name}, attr=name)


class TextFilter(StrictFilter, filters.CharFilter):
    field_class = TextField


class WordsFilter(TextFilter):
    """Rows whose `search_text` has every word, in any spelling."""

    def bound(self, value: str) -> tuple[str, ...]:
        return tuple(words_of(value))

    def filter(self, qs: Rows, value: Sequence[str]) -> Rows:
        return having_words(qs, value)


class IntegerFilter(StrictFilter):
    field_class = IntegerField


class BooleanFilter(StrictFilter, filters.BooleanFilter):
    field_class = BooleanField


class MomentFilter(StrictFilter, filters.IsoDateTimeFilter):
    field_class = MomentField


class RepeatableFilter(StrictFilter, filters.MultipleChoiceFilter):
    """A parameter that may be given several times: rows with any of its values, by one `IN`."""

    is_repeatable = True
    field_class = ValuesField

    def __init__(self, field_name: str | None = None, *, value: ValueField, **options: Any) -> None:
        super().__init__(field_name, value=value, distinct=False, **options)

    def filter(self, qs: Rows, value: Sequence[object]) -> Rows:
        return qs.filter(**{f"{self.field_name}__in": value})


class OrderingFilter(StrictFilter):
    """The order of a list: one of a few, each by one column and then by the id, so that pages neither overlap nor
    leave gaps. django-filter's own takes several columns between commas, which no index serves.

    `columns` maps names to columns; a name with `-` is descending. `default`, descending by the first column, is the
    order of a request that names none.
    """

    field_class = OneOfField
    binds = False

    def __init__(self, columns: Mapping[str, str], **options: Any) -> None:
        self.orders = {
            f"{sign}{name}": (f"{sign}{column}", f"{sign}id") for name, column in columns.items() for sign in ("-", "")
        }
        self.default = next(iter(self.orders))
        super().__init__(values=self.orders, **options)

    def filter(self, qs: Rows, value: str) -> Rows:
        """Order the rows by the name `value`, which is one of `orders`."""
        return qs.order_by(*self.orders[value])

    def refusal(self, name: str) -> Invalid:
        orders = {"name": name, "orders": ", ".join(self.orders)}
        return Invalid(gettext("%(name)s is one of %(orders)s.") % orders, attr=name)
