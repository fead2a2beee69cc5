"""The module that Django imports from a database engine."""

from collections.abc import Callable
from typing import Any

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base, operations
from psycopg import IsolationLevel

from common.db.postgresql.connections import CHECK_PATIENCE, BoundedConnection, BoundedPool
from common.resilience import deadlines

# The server must also notice that this process ended or was cut off: until then its transaction holds locks.
KEEPALIVES = """SELECT set_config('tcp_keepalives_idle', '10', false),
set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)"""

ServerBindingCursor: Any = base.ServerBindingCursor  # its type stubs are those of another driver


class DatabaseOperations(operations.DatabaseOperations):
    """Django's operations; the log of queries also shows the values of prepared statements."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        if isinstance(cursor, ServerBindingCursor):
            return str(self.compose_sql(sql, params))
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper with other connections, another pool, and cursors for prepared statements."""

    ops_class = DatabaseOperations

    # Members of Django's class that its type stubs leave out.
    _connection_pools: dict[str, BoundedPool]
    _configure_connection: Callable[[BoundedConnection], bool]
    _prepare_cursor: Callable[[Any], Any]

    @property
    def pool(self) -> BoundedPool | None:
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            pool = BoundedPool(
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,
                configure=self._configure_in_time,
                connection_class=BoundedConnection,
                **options,
            )
            self._connection_pools.setdefault(self.alias, pool)  # one of several threads is first
        return self._connection_pools[self.alias]

    def prepared_cursor(self) -> Any:
        """Return a cursor whose statements the server prepares at their second use, and plans once for all values."""
        self.ensure_connection()
        assert self.connection is not None
        return self._prepare_cursor(ServerBindingCursor(self.connection))

    def literal(self, value: object) -> str:
        """Return `value` as it is written in SQL."""
        plain = str(value) if isinstance(value, str) else value  # of an enumeration
        with self.cursor() as cursor:
            return str(psycopg.ClientCursor(cursor.connection).mogrify("%s", [plain]))

    def _configure_in_time(self, connection: BoundedConnection) -> None:
        with deadlines.within(CHECK_PATIENCE):
            connection.execute(KEEPALIVES)
            self._configure_connection(connection)

    def get_new_connection(self, conn_params: dict[str, Any]) -> BoundedConnection:
        if self.pool:
            return super().get_new_connection(conn_params)
        level = self.settings_dict["OPTIONS"].get("isolation_level")
        self.isolation_level = IsolationLevel(level) if level else IsolationLevel.READ_COMMITTED
        connection = BoundedConnection.connect(**conn_params)
        if level:
            connection.isolation_level = self.isolation_level
        return connection
