"""Connection options of each database engine that keep every acknowledged write and limit every wait."""

from typing import Any

from environs import EnvError

from common.db import address

SQLITE_OPTIONS = {
    # Deferred transactions fail at once when two writers meet; IMMEDIATE transactions wait.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
# https://www.postgresql.org/docs/current/libpq-connect.html; options in DATABASE_URL take precedence.
POSTGRESQL_OPTIONS = {
    "connect_timeout": 3,  # seconds, like the next two
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
POOL_OPTIONS = {
    "min_size": 1,
    "timeout": 5,  # seconds to get a connection from the pool
    "reconnect_timeout": 5,  # seconds of attempts with growing pauses; then the next request starts again
}


def database_at(url: str) -> dict[str, Any]:
    """Return Django's entry of DATABASES for the value of DATABASE_URL. Raises EnvError, without the password."""
    if not url:
        raise EnvError("DATABASE_URL is empty. Set it to an address, or remove it to use SQLite in DATA_DIR.")
    try:
        return address.database_at(url, named="DATABASE_URL")
    except ValueError as error:
        raise EnvError(str(error)) from None


PREPARED_AFTER = 1  # uses of a statement on a connection


def with_options(database: dict[str, Any], *, pool_size: int = 0, prepares: bool = True) -> dict[str, Any]:
    """Return `database` (Django's DATABASES entry) with the options of its engine.

    `pool_size` is the number of PostgreSQL connections kept per process; 0 means one per thread. `prepares` lets
    PostgreSQL keep statements and their plans, for a connection that stays with one server process.
    """
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        options.update(SQLITE_OPTIONS)
        return database
    if database["ENGINE"] == "django.db.backends.postgresql":
        database["ENGINE"] = "common.db.postgresql"
    options.update({name: value for name, value in POSTGRESQL_OPTIONS.items() if name not in options})
    options["prepare_threshold"] = PREPARED_AFTER if prepares else None
    if pool_size:
        database["CONN_MAX_AGE"] = 0
        options["pool"] = {**POOL_OPTIONS, "max_size": pool_size}
    return database
