"""Rows that belong to a row, read with it: one JSON text, put together by the database."""

from typing import Any, NamedTuple

import orjson
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Subquery, TextField
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from common.db.sql import Sql


class _JSONField(TextField):
    def from_db_value(self, value: str, expression: Expression, connection: BaseDatabaseWrapper) -> Any:
        return orjson.loads(value)


class JSONRows(Subquery):
    """The rows of a queryset of `values_list`, in its order: a list of lists, or of values where each has one.

    Ids are text, as the database writes them (`IdText` for those that are shown), and there are no times. A column
    may be such rows in turn. A correlated subquery for each row of a page costs less than a statement of its own.
    """

    output_field = _JSONField()
    empty_result_set_value = "[]"

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, template: str | None = None, **options: Any
    ) -> Sql:
        """Return the subquery with its rows as JSON."""
        rows = self.query.get_compiler(connection=connection)
        sql, parameters = rows.as_sql(with_col_aliases=True)
        dialect = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
        names = [(connection.ops.quote_name(alias or ""), expression) for expression, _, alias in rows.select]
        columns = [dialect.nested.format(name) if isinstance(of, JSONRows) else name for name, of in names]
        row = columns[0] if len(columns) == 1 else dialect.row.format(", ".join(columns))
        return dialect.rows.format(row, sql), tuple(parameters)


class _Dialect(NamedTuple):
    rows: str
    row: str
    nested: str


_POSTGRESQL = _Dialect(
    rows="(SELECT COALESCE(json_agg({}), '[]')::text FROM ({}) AS _rows)", row="json_build_array({})", nested="{}::json"
)
_SQLITE = _Dialect(rows="(SELECT json_group_array({}) FROM ({}))", row="json_array({})", nested="json({})")


class IdText(Func):
    """A UUID as it is written in representations: five groups of digits."""

    template, output_field = "(%(expressions)s)::text", TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **options: Any) -> Sql:
        """Return the digits with hyphens, which SQLite stores without."""
        starts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        sql, parameters = compiler.compile(self.source_expressions[0])
        parts = [f"substr({sql}, {start}, {length})" for start, length in starts]
        return " || '-' || ".join(parts), tuple(parameters) * len(parts)
