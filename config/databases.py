"""Connection options that each database engine needs to keep every acknowledged write."""

from typing import Any

SQLITE_OPTIONS = {
    # Deferred transactions fail at once when two writers meet; IMMEDIATE waits its turn.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def with_options(database: dict[str, Any], *, pool_size: int = 0) -> dict[str, Any]:
    """Return `database` (Django's DATABASES entry) with the options its engine needs.

    `pool_size` is the number of PostgreSQL connections kept per process; 0 means one per thread.
    """
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        options.update(SQLITE_OPTIONS)
    elif pool_size:
        database["CONN_MAX_AGE"] = 0
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    return database
