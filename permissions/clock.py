"""The clock of the database: the one that every machine of an installation shares.

Whatever fences work between machines (leases, due times, heartbeats) is written and compared by it, with `Now()` in the
statement itself, or with `database_now()` where a value is needed. The clock of a machine may be minutes away.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import DateTimeField, Expression, ExpressionWrapper
from django.db.models.functions import Now

__all__ = ["Now", "database_now", "now_plus"]


def now_plus(wait: timedelta) -> Expression:
    """The time of the statement, moved by `wait`, to be computed by the database."""
    return ExpressionWrapper(Now() + wait, output_field=DateTimeField())


def database_now() -> datetime:
    """What the database's clock says. One query that reads no table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]
        cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
