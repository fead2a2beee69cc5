"""Rows made from rows by the database itself: one statement, however many there are."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, Func, JSONField, Model, QuerySet, UUIDField, Value


class NewId(Func):
    """A fresh UUID version 7 (RFC 9562) for each row, made by the database."""

    output_field = UUIDField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        milliseconds = "lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')"
        random = "replace(gen_random_uuid()::text, '-', '')"
        return f"({milliseconds} || '7' || left({random}, 3) || '8' || right({random}, 15))::uuid", []

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # format() of SQLite, doubled since parameters are put in with %.
        milliseconds = "printf('%%012x', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))"
        return (
            f"lower({milliseconds} || '7' || substr(hex(randomblob(2)), 2) || '8' || substr(hex(randomblob(8)), 2))",
            [],
        )


class Json(Func):
    """A constant as a part of a JSON value that the database puts together."""

    output_field = JSONField()

    def __init__(self, value: Any):
        super().__init__(Value(value, JSONField()))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s::jsonb", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="json(%(expressions)s)", **context)


def insert_from(rows: QuerySet, model: type[Model], **values: Any) -> int:
    """Insert one row of `model` for each of `rows`; returns how many.

    `values` are by field of `model`: expressions over `rows`, or constants. Fields left out get no default.
    """
    fields: dict[str, Field] = {name: model._meta.get_field(name) for name in values}  # type: ignore[misc]
    picked = rows.order_by().values_list(*(_expression(fields[name], value) for name, value in values.items()))
    connection = connections[rows.db]
    quote = connection.ops.quote_name
    try:
        select, parameters = picked.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    columns = ", ".join(quote(str(field.column)) for field in fields.values())
    with connection.cursor() as cursor:
        # Names come from our models, everything else is a parameter.
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) {select}", parameters)
        return cursor.rowcount


def _expression(field: Field, value: Any) -> Any:
    return value if hasattr(value, "resolve_expression") else Value(value, field)
