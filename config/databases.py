"""Connection options that each database engine needs to keep every acknowledged write and to end every wait."""

from typing import Any

SQLITE_OPTIONS = {
    # Deferred transactions fail at once when two writers meet; IMMEDIATE waits its turn.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
# https://www.postgresql.org/docs/current/libpq-connect.html; what the address names itself wins.
POSTGRESQL_OPTIONS = {
    "connect_timeout": 3,  # seconds, as the next ones
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
POOL_OPTIONS = {
    "min_size": 1,
    "timeout": 5,  # seconds that taking a connection out may last
    "reconnect_timeout": 5,  # seconds of trying, with growing pauses; then the next request begins anew
}


def with_options(database: dict[str, Any], *, pool_size: int = 0) -> dict[str, Any]:
    """Return `database` (Django's DATABASES entry) with the options its engine needs.

    `pool_size` is the number of PostgreSQL connections kept per process; 0 means one per thread.
    """
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        options.update(SQLITE_OPTIONS)
        return database
    if database["ENGINE"] == "django.db.backends.postgresql":
        database["ENGINE"] = "common.postgresql"
    options.update({name: value for name, value in POSTGRESQL_OPTIONS.items() if name not in options})
    if pool_size:
        database["CONN_MAX_AGE"] = 0
        options["pool"] = {**POOL_OPTIONS, "max_size": pool_size}
    return database
