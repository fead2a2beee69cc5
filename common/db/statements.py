"""Statements that are compiled once and sent again with other values.

Composing and compiling a queryset takes Django about a millisecond each time, and the database plans it again. A
`Statement` is composed once for each shape of its values, with stand-ins (random values of the same types) in their
places; where a stand-in went among the parameters, the value of each call goes. PostgreSQL keeps the plan as well.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from django.db import connections
from django.db.models import BigIntegerField, Func, QuerySet

from common.db.compiled import Compiled
from common.db.stand_ins import Shape, shape_of, with_stand_ins

RESERVED = 1000  # shapes of this process, about 10 kB each

Result = TypeVar("Result")
Row = TypeVar("Row")
Step = TypeVar("Step", bound=Callable[..., Any])


class ShapeCache:
    """What was made of shapes; the least recently used one is dropped."""

    def __init__(self, size: int = RESERVED) -> None:
        self._size, self._entries, self._lock = size, OrderedDict[Hashable, Any](), Lock()

    def get_or_make(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Return what `make` returned for `key`; of two threads that make it at once the later one is kept."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                known: Result = self._entries[key]
                return known
        made = make()
        with self._lock:
            self._entries[key] = made
            if len(self._entries) > self._size:
                self._entries.popitem(last=False)
        return made


_cache = ShapeCache()


@dataclass(frozen=True)
class Statement(Generic[Row]):
    """The rows of `compose(*values)`, a queryset, read without composing it where its shape is known.

    `compose` depends on nothing but its arguments, and is the same object in every call: a function of a module, not
    one that a request makes. Ids, numbers, texts and times among `values`, at any depth of tuples and dataclasses,
    differ between calls of one shape; everything else in them, such as a set of permissions, None or what is `Fixed`,
    is of the shape. PostgreSQL plans the statement once, unless a step says `planned_each_time`: where the best plan
    depends on the values, as for searches.
    """

    compose: Callable[..., QuerySet[Any, Row]]
    values: tuple[Any, ...] = ()
    path: tuple[Hashable, ...] = ()  # the steps after the first

    def then(self, step: Callable[..., QuerySet[Any, Any]], *values: Any) -> "Statement[Any]":
        """Return the statement of `step(queryset, *values)`, where `queryset` is the one composed so far."""
        before, taken = self.compose, len(self.values)

        def compose(*all_values: Any) -> QuerySet[Any, Any]:
            return step(before(*all_values[:taken]), *all_values[taken:])

        path = self.path or (self.compose,)
        return Statement(compose, (*self.values, *values), (*path, step))

    def fetch(self) -> list[Row]:
        """Return the rows: dictionaries, tuples or instances, as the queryset has them. One query at most."""
        connection = connections["default"]
        compiled = _cache.get_or_make(self._key, lambda: Compiled.of(*self._with_stand_ins()))
        return compiled.fetch(connection, self._shape.leaves, is_planned_once=self._is_planned_once)

    def first(self) -> Row | None:
        """Return the first row of a statement that has one at most."""
        return next(iter(self.fetch()), None)

    def count(self) -> int:
        """Return the number of rows. One query."""
        return cast(int, self.then(_counted).fetch()[0])

    def property_of(self, read: Callable[[QuerySet[Any, Row]], Result]) -> Result:
        """Return `read(queryset)`, a fact of the queryset that depends on its shape alone, such as its order."""
        return _cache.get_or_make((read, *self._key), lambda: read(self._with_stand_ins()[0]))

    @cached_property
    def _shape(self) -> Shape:
        return shape_of(self.values)

    @property
    def _is_planned_once(self) -> bool:
        return all(getattr(step, "is_planned_once", True) for step in self.path)

    @property
    def _key(self) -> tuple[Hashable, ...]:
        return (self.path or self.compose, self._shape.form)

    def _with_stand_ins(self) -> tuple[QuerySet[Any, Row], list[Any], list[Any]]:
        stand_ins, values = with_stand_ins(self.values)
        return self.compose(*values), stand_ins, self._shape.leaves


class CountOfRows(Func):
    """COUNT(*) of a whole statement, which Django does not group by anything."""

    template, output_field = "COUNT(*)", BigIntegerField()


def planned_each_time(step: Step) -> Step:
    """Decorate a step whose best plan depends on its values."""
    vars(step)["is_planned_once"] = False
    return step


@planned_each_time
def _counted(rows: QuerySet[Any, Any]) -> QuerySet[Any, int]:
    return rows.order_by().values_list(CountOfRows(), flat=True)


class Plain(Generic[Row]):
    """A queryset with the methods of a `Statement`, for lists that are composed with each request."""

    def __init__(self, rows: QuerySet[Any, Row]) -> None:
        self._rows = rows

    def then(self, step: Callable[..., QuerySet[Any, Any]], *values: Any) -> "Plain[Any]":
        return Plain(step(self._rows, *values))

    def fetch(self) -> list[Row]:
        return list(self._rows)

    def count(self) -> int:
        return self._rows.count()

    def property_of(self, read: Callable[[QuerySet[Any, Row]], Result]) -> Result:
        return read(self._rows)
