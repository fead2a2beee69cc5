"""List parameters: declared in tables, parsed strictly, so that a typo never shows everything."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Choices, QuerySet
from django.utils import timezone
from rest_framework.filters import BaseFilterBackend

from common.errors import Invalid
from common.time_zones import days_of
from permissions.access import Access

MOST_VALUES = 100  # of one parameter
LONGEST_VALUE = 500  # characters
BIGGEST_INTEGER = 2**63 - 1
PAGING = frozenset({"limit", "offset", "cursor"})
ORDERING = "ordering"

Parameters = Mapping[str, Sequence[str]]
Narrow = Callable[[Any, list[Any], Access], Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """One list parameter: how a value is read (ValueError: it is not one), and what the values do to the rows.

    Only a `repeatable` parameter may be given more than once. `schema` is its OpenAPI type.
    """

    read: Callable[[str], Any]
    narrow: Narrow
    repeatable: bool = False
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    description: str = ""


Filters = Mapping[str, Filter]


def narrowed(rows: QuerySet, parameters: Parameters, filters: Filters, access: Access) -> Any:
    """Return `rows` that all of `parameters` let through. Raises Invalid for an unknown name or a bad value."""
    for name in parameters:
        if name not in filters:
            raise Invalid(f"There is no parameter {name[:100]!r}.", attr=name[:100], code="unknown_parameter")
    for name, texts in parameters.items():
        rows = filters[name].narrow(rows, _read(name, texts, filters[name]), access)
    return rows


def _read(name: str, texts: Sequence[str], declared: Filter) -> list[Any]:
    if len(texts) > (MOST_VALUES if declared.repeatable else 1):
        raise Invalid(f"{name} is given too often.", attr=name)
    try:
        return [declared.read(_clean(text)) for text in texts]
    except ValueError:
        raise Invalid(f"{name} has a value that is not valid.", attr=name) from None


def _clean(text: str) -> str:
    if "\x00" in text or len(text) > LONGEST_VALUE:
        raise ValueError(text[:50])
    text.encode()  # half of a surrogate pair, which JSON can hold, is a ValueError
    return text


# How values are read


def a_text(text: str) -> str:
    return text


def an_id(text: str) -> UUID:
    return UUID(text)


def an_integer(text: str) -> int:
    """Read a whole number from 0 that a database column holds; no signs, spaces or other scripts' digits."""
    if not re.fullmatch(r"[0-9]{1,19}", text) or int(text) > BIGGEST_INTEGER:
        raise ValueError(text)
    return int(text)


def a_boolean(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def a_moment(text: str) -> datetime:
    """Read an ISO 8601 time, or a date: the start of that day.

    Without an offset it is in the active time zone (`common.time_zones`): a date is a day of the person who asks.
    """
    # A plus sign that was not percent-encoded arrives as a space.
    text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)
    moment = datetime.fromisoformat(text) if len(text) > 10 else datetime.combine(date.fromisoformat(text), time())
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_current_timezone())
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None


def one_of(choices: type[Choices]) -> Callable[[str], str]:
    values = frozenset(choices.values)

    def read(text: str) -> str:
        if text not in values:
            raise ValueError(text)
        return text

    return read


# What values do


def any_of(column: str) -> Narrow:
    return lambda rows, values, _: rows.filter(**{f"{column}__in": values})


def compared(lookup: str) -> Narrow:
    """Rows by one value and one lookup: `compared("size__gte")`."""
    return lambda rows, values, _: rows.filter(**{lookup: values[0]})


class DeclaredFilters(BaseFilterBackend):
    """Narrows a view's rows by its `filters` table, and orders them by its `orderings` table.

    `orderings` maps each value of `ordering` to the columns it stands for, the first entry being the default; every
    entry ends with a unique column, so that pages neither overlap nor leave gaps.
    """

    def filter_queryset(self, request: Any, queryset: QuerySet, view: Any) -> QuerySet:
        given = {name: values for name, values in request.query_params.lists() if name not in PAGING}
        order = ordering_of(given.pop(ORDERING, ()), view.orderings)
        with days_of(request):
            rows = narrowed(queryset, given, view.filters, view.access)
        return rows.order_by(*order) if order else rows

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        shown = [_parameter(name, declared) for name, declared in view.filters.items()]
        if not view.orderings:
            return shown
        ordering = Filter(a_text, any_of("pk"), schema={"type": "string", "enum": list(view.orderings)})
        return [*shown, _parameter(ORDERING, ordering)]


def ordering_of(values: Sequence[str], orderings: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the columns to order by; none where the view has no table: then the rows keep their own order.

    Raises Invalid for anything that is not in the table.
    """
    if not values:
        return next(iter(orderings.values()), ())
    if not orderings:
        raise Invalid("This list has one order.", attr=ORDERING, code="unknown_parameter")
    if len(values) > 1 or values[0] not in orderings:
        raise Invalid(f"ordering is one of {', '.join(orderings)}.", attr=ORDERING)
    return orderings[values[0]]


def _parameter(name: str, declared: Filter) -> dict[str, Any]:
    schema = {"type": "array", "items": declared.schema} if declared.repeatable else declared.schema
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": declared.description,
        **({"style": "form", "explode": True} if declared.repeatable else {}),
    }
