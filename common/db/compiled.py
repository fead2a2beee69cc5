"""The SQL of a queryset that was composed with stand-ins, and how to send it with the values of a call."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from common.db.lookups import ids_parameter
from common.db.stand_ins import Ids

Converters = list[tuple[int, list[Callable[..., Any]], Any]]
Rows = Sequence[Sequence[Any]]
Slot = Callable[[list[Any]], Any]  # reads a parameter from the values of a call

_PLACEHOLDER = re.compile(r"%[%s]")


class Unbound(Exception):
    """A stand-in is in the statement in a form in which no other value can take its place, or a value is in it."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement with a slot for each parameter. `sql` is None where no row can match."""

    sql: str | None
    slots: list[Slot]
    converters: Converters
    make: Callable[[Rows], Iterable[Any]]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any], stand_ins: list[Any], values: list[Any]) -> Self:
        """Compile `queryset`. Raises Unbound where it depends on one of `values` itself."""
        connection = connections[queryset.db]
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return cls(None, [], [], list)
        sql, slots = _Slots(connection, stand_ins, values).fill(sql, parameters)
        expressions = [column[0] for column in compiler.select[: compiler.col_count]]
        found = cast(dict[int, tuple[list[Any], Any]], compiler.get_converters(expressions))
        converters: Converters = [(number, *pair) for number, pair in found.items()]
        return cls(sql, slots, converters, _maker(queryset, compiler))

    def fetch(self, connection: BaseDatabaseWrapper, values: list[Any], *, is_planned_once: bool) -> list[Any]:
        """Return the rows for `values`, as many as there were stand-ins. One query, or none without `sql`."""
        if self.sql is None:
            return []
        parameters = [read(values) for read in self.slots]
        with connection.wrap_database_errors, _cursor(connection, is_planned_once) as cursor:
            cursor.execute(self.sql, parameters)
            rows = cursor.fetchall()
        if self.converters:
            rows = [list(row) for row in rows]
            for number, converters, expression in self.converters:
                for convert in converters:
                    for row in rows:
                        row[number] = convert(row[number], expression, connection)
        return list(self.make(rows))


def _cursor(connection: BaseDatabaseWrapper, is_planned_once: bool) -> Any:
    """Return a cursor; if the engine can, one that has the server prepare its statements."""
    if is_planned_once and connection.vendor == "postgresql":
        return cast(Any, connection).prepared_cursor()
    return connection.cursor()


class _Slots:
    """Replaces stand-ins among the parameters of a statement by slots, and inlines what is left for PostgreSQL.

    A planner that keeps a plan for all values must know the others: partial indexes hold for them.
    """

    def __init__(self, connection: BaseDatabaseWrapper, stand_ins: list[Any], values: list[Any]) -> None:
        self.connection, self.stand_ins = connection, stand_ins
        self.places: dict[Any, Slot] = {}
        distinct = [value for value in values if isinstance(value, UUID | datetime)]
        self.refused = {form(value) for value in distinct for form in self.forms(value)}
        for number, stand_in in enumerate(stand_ins):
            for form in self.forms(stand_in):
                self.places[form(stand_in)] = _value_at(number, form)

    def forms(self, value: Any) -> list[Callable[[Any], Any]]:
        """Return the functions that make a parameter of such a value, one for each column it may be compared with."""
        operations = self.connection.ops
        match value:
            case UUID():
                native = self.connection.features.has_native_uuid_field
                return [str, (lambda uuid: uuid) if native else (lambda uuid: uuid.hex)]
            case datetime():
                return [operations.adapt_datetimefield_value]
            case Ids():
                vendor = self.connection.vendor
                return [lambda ids: ids_parameter(ids, vendor)]
            case str():
                return [str, lambda text: f"%{operations.prep_for_like_query(text)}%"]
            case int():
                return [int]
        return [lambda number: operations.adapt_decimalfield_value(number, None, 2)]

    def fill(self, sql: str, parameters: Sequence[Any]) -> tuple[str, list[Slot]]:
        """Return the statement with placeholders for the slots alone."""
        sql, parameters = self.with_numbers(sql, list(parameters))
        slots: list[Slot] = []
        remaining = iter(parameters)

        def place(match: re.Match[str]) -> str:
            if match[0] == "%%":
                return "%%"
            parameter = next(remaining)
            if _is_hashable(parameter) and parameter in self.places:
                slots.append(self.places[parameter])
                return "%s"
            return self.constant(parameter, slots)

        return _PLACEHOLDER.sub(place, sql), slots

    def constant(self, parameter: Any, slots: list[Slot]) -> str:
        """Return the text of a parameter that is the same for all values. Raises Unbound where it is not."""
        text = str(parameter)
        hidden = any(str(one) in text for one in self.stand_ins if isinstance(one, str | int | UUID))
        if hidden or (_is_hashable(parameter) and parameter in self.refused):
            raise Unbound(text)
        if self.connection.vendor != "postgresql":
            slots.append(lambda _: parameter)
            return "%s"
        return cast(Any, self.connection).literal(parameter).replace("%", "%%")

    def with_numbers(self, sql: str, parameters: list[Any]) -> tuple[str, list[Any]]:
        """Replace numbers that Django writes into the text, those of LIMIT and OFFSET, by placeholders."""
        for stand_in in self.stand_ins:
            if type(stand_in) is int and (found := re.search(rf"\b{stand_in}\b", sql)):
                before = sum(match[0] == "%s" for match in _PLACEHOLDER.finditer(sql[: found.start()]))
                sql = f"{sql[: found.start()]}%s{sql[found.end() :]}"
                parameters.insert(before, stand_in)
        return sql, parameters


def _value_at(number: int, form: Callable[[Any], Any]) -> Slot:
    return lambda values: form(values[number])


def _is_hashable(value: object) -> bool:
    return type(value).__hash__ is not None


def _maker(queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[Rows], Iterable[Any]]:
    """Return what makes dictionaries, tuples, single values or instances of rows, as the queryset would."""
    kind = cast(Any, queryset)._iterable_class
    if issubclass(kind, ValuesIterable):
        query = cast(Any, queryset.query)
        names = [*query.selected] if query.selected else [*query.values_select, *query.annotation_select]
        return lambda rows: [dict(zip(names, row, strict=True)) for row in rows]
    if issubclass(kind, FlatValuesListIterable):
        return lambda rows: [row[0] for row in rows]
    if not issubclass(kind, ModelIterable):
        return lambda rows: [tuple(row) for row in rows]
    return _instance_maker(queryset.db, cast(Any, compiler))


def _instance_maker(alias: str, compiler: Any) -> Callable[[Rows], Iterable[Any]]:
    """As `ModelIterable` does it, with `select_related` and annotations."""
    model, columns = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    start, end = columns[0], columns[-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    related = cast(Any, get_related_populators)(compiler.klass_info, compiler.select, alias)
    annotations = list((compiler.annotation_col_map or {}).items())

    def make(rows: Rows) -> Iterable[Any]:
        for row in rows:
            instance = model.from_db(alias, names, row[start:end])
            for populator in related:
                populator.populate(row, instance)
            for name, number in annotations:
                setattr(instance, name, row[number])
            yield instance

    return make
