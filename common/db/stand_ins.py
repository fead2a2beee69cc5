"""The shape of values, and stand-ins for them: random values of the same types, which nothing else equals."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from secrets import randbelow
from typing import Any, cast
from uuid import UUID, uuid4


class Ids(tuple[UUID, ...]):
    """Any number of ids that are one parameter of a statement, for the lookup `among`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is part of the shape: a statement of its own for each."""

    value: Any  # hashable


# Decimals have two places, as the columns that are compared with them.
_STAND_INS: dict[type, Callable[[], Any]] = {
    UUID: uuid4,
    Ids: lambda: Ids((uuid4(),)),
    int: lambda: 10**9 + randbelow(10**9),
    str: lambda: uuid4().hex,
    datetime: lambda: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=randbelow(10**15)),
    Decimal: lambda: Decimal(10**9 + randbelow(10**9)).scaleb(-2),
}


@dataclass(slots=True)
class Shape:
    """The form of values, and the values that may differ in it (`leaves`), in order."""

    form: Hashable
    leaves: list[Any]


def shape_of(values: tuple[Any, ...]) -> Shape:
    """Return the shape of `values`. Raises TypeError where a value that is part of the form is not hashable."""
    leaves: list[Any] = []
    return Shape(_form(values, leaves), leaves)


def with_stand_ins(values: tuple[Any, ...]) -> tuple[list[Any], tuple[Any, ...]]:
    """Return stand-ins for the leaves of `values`, and the values with the stand-ins in their places."""
    stand_ins: list[Any] = []
    return stand_ins, _replaced(values, stand_ins)


def _form(value: Any, leaves: list[Any]) -> Hashable:
    kind: Any = type(value)
    if kind in _STAND_INS:
        leaves.append(value)
        return cast(Hashable, kind)
    if kind is tuple:
        return tuple([_form(item, leaves) for item in value])
    if names := _fields_of(kind):
        return kind, tuple([_form(getattr(value, name), leaves) for name in names])
    return cast(Hashable, value)


def _replaced(value: Any, stand_ins: list[Any]) -> Any:
    kind: Any = type(value)
    if kind in _STAND_INS:
        stand_ins.append(_STAND_INS[kind]())
        return stand_ins[-1]
    if kind is tuple:
        return tuple(_replaced(item, stand_ins) for item in value)
    if names := _fields_of(kind):
        return kind(**{name: _replaced(getattr(value, name), stand_ins) for name in names})
    return value


@cache
def _fields_of(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass whose values are walked; none for other types."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) and kind is not Fixed else ()
