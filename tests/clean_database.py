"""Makes a database that a test wrote to with commits as it was migrated, in milliseconds.

Django's `flush` empties every table there is and makes content types and permissions anew, which costs more than most
tests do. Here SQLite gets the pages of the template, and PostgreSQL loses the rows of the tables that hold some.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from tests.databases import sqlite_template


def cleaner() -> Callable[[], None]:
    """Return what cleans the database of this process, which is as it was migrated now."""
    return CleanPostgres() if connection.vendor == "postgresql" else CleanSqlite(sqlite_template())


class CleanSqlite:
    """Copies the template over the database, which other connections see as one transaction."""

    def __init__(self, template: Path) -> None:
        self.template = template

    def __call__(self) -> None:
        ContentType.objects.clear_cache()
        connection.ensure_connection()
        with closing(sqlite3.connect(self.template)) as source:
            source.backup(connection.connection)


class CleanPostgres:
    """Deletes the rows of tables that hold any; those that migrations filled get their rows back if these changed.

    Foreign keys are not looked at meanwhile (`session_replication_role`): whole tables go, or are what they were.
    """

    def __init__(self) -> None:
        self.tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        migrated = dict.fromkeys(sorted(set(self._changed({}))))
        self.digests = self._digests(migrated)
        self.rows = {table: self._copied(table) for table in migrated}

    def __call__(self) -> None:
        ContentType.objects.clear_cache()
        changed = self._changed(self.digests)
        if not changed:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in changed))
            for table in self.rows.keys() & set(changed):
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(self.rows[table])

    def _changed(self, digests: dict[str, str]) -> list[str]:
        """The tables that hold rows, but for those whose digest is the one given."""
        empty = (
            f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in self.tables if table not in digests
        )
        filled = (f"SELECT '{table}' WHERE {_DIGEST.format(table)} <> '{digest}'" for table, digest in digests.items())
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([*empty, *filled]))
            return [table for (table,) in cursor.fetchall()]

    def _digests(self, tables: dict[str, None]) -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(f"SELECT '{table}', {_DIGEST.format(table)}" for table in tables))
            return dict(cursor.fetchall())

    def _copied(self, table: str) -> bytes:
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
            return b"".join(copy)


_DIGEST = "(SELECT coalesce(md5(string_agg(one::text, '|' ORDER BY one::text)), '') FROM \"{0}\" one)"
