"""INSERT … SELECT: rows made from other rows by the database, in one statement for any number."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Field, Func, JSONField, Model, QuerySet, Subquery, UUIDField, Value
from django.db.models.constants import OnConflict
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

from common.db.sql import Sql


class NewId(Func):
    """A fresh UUID version 7 (RFC 9562) for each row, made by the database."""

    output_field = UUIDField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """A random version 4 UUID, with the time in its first 48 bits and two bits set for version 7."""
        time = "substring(int8send((extract(epoch FROM statement_timestamp()) * 1000)::bigint) FROM 3)"
        timed = f"overlay(uuid_send(gen_random_uuid()) PLACING {time} FROM 1 FOR 6)"
        return f"encode(set_bit(set_bit({timed}, 52, 1), 53, 1), 'hex')::uuid", ()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        # format() of SQLite, doubled since parameters are put in with %.
        milliseconds = "printf('%%012x', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))"
        return (
            f"lower({milliseconds} || '7' || substr(hex(randomblob(2)), 2) || '8' || substr(hex(randomblob(8)), 2))",
            (),
        )


class IdText(Func):
    """The id of a row as text, as `str` writes it."""

    output_field = CharField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::text", **context)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """SQLite keeps ids without the four dashes."""
        column, parameters = compiler.compile(self.source_expressions[0])
        places = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        parts = " || '-' || ".join(f"substr({column}, {start}, {length})" for start, length in places)
        return parts, tuple(parameters) * len(places)


class Json(Func):
    """A constant as a part of a JSON value that the database builds."""

    output_field = JSONField()

    def __init__(self, value: object) -> None:
        super().__init__(Value(value, JSONField()))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template="%(expressions)s::jsonb", **context)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template="json(%(expressions)s)", **context)


class JsonList(Subquery):
    """The values of a queryset's one column, which is called `entry`, in its order, as one JSON array."""

    output_field = JSONField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        template = "(SELECT coalesce(jsonb_agg(entry), '[]'::jsonb) FROM (%(subquery)s) AS list)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        template = "(SELECT json_group_array(entry) FROM (%(subquery)s))"
        return self.as_sql(compiler, connection, template=template, **context)


def insert_from(
    rows: QuerySet[Any, Any], model: type[Model], *, ignore_conflicts: bool = False, **values: object
) -> int:
    """Insert one row of `model` for each of `rows`; returns how many.

    `values` are by field of `model`: expressions over `rows`, or constants. Fields left out get their default, the same
    in every row; the primary key is left to the database.
    """
    known = {field.name: field for field in model._meta.concrete_fields}
    values = {name: field.get_default() for name, field in known.items() if not field.primary_key} | values
    fields = {name: known[name] for name in values}
    picked = rows.order_by().values_list(*(_expression(fields[name], value) for name, value in values.items()))
    connection = connections[rows.db]
    quote = connection.ops.quote_name
    try:
        select, parameters = picked.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    columns = ", ".join(quote(str(field.column)) for field in fields.values())
    conflicts = OnConflict.IGNORE if ignore_conflicts else None
    insert = connection.ops.insert_statement(on_conflict=conflicts)
    suffix = connection.ops.on_conflict_suffix_sql(fields.values(), conflicts, (), ())
    with connection.cursor() as cursor:
        # Names come from our models, everything else is a parameter.
        cursor.execute(f"{insert} {quote(model._meta.db_table)} ({columns}) {select} {suffix}", parameters)
        return cursor.rowcount


def _expression(field: Field, value: object) -> Combinable:
    return value if isinstance(value, Combinable) else Value(value, field)
