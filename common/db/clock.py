"""The clock of the database: the one that every machine of an installation shares.

Times that coordinate machines (leases, due times, heartbeats) are written and compared by this clock: with `Now()` in
the statement, or with `database_now()` where a value is needed. The clock of a machine may be minutes off.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Expression, Func
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler

from common.db.sql import Sql

__all__ = ["Moment", "Now", "database_now", "now_plus"]

Moment = datetime | Expression  # a time, or what the database computes it from


def now_plus(wait: timedelta) -> Expression:
    """Return an expression for the time of the statement plus `wait`, which may be negative."""
    return _NowPlus(wait.total_seconds())


class _NowPlus(Func):
    """On SQLite in whole milliseconds, as `Now()` is there: the two are compared as texts."""

    output_field = DateTimeField()

    def __init__(self, seconds: float):
        super().__init__()
        self.seconds = seconds

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return "(STATEMENT_TIMESTAMP() + make_interval(secs => %s))", (self.seconds,)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %s)", (f"{self.seconds:+.3f} seconds",)


def database_now() -> datetime:
    """Return the time of the database's clock. One query that reads no table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]
        cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
