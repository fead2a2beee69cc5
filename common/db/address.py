"""Addresses of databases."""

from typing import Any

import dj_database_url


def database_at(url: str, *, named: str) -> dict[str, Any]:
    """Return Django's entry of DATABASES for an address. Raises ValueError, which says `named` and no password."""
    try:
        database = dict(dj_database_url.parse(url))
    except ValueError:
        database = {}
    engine = str(database.get("ENGINE", ""))
    if not engine.endswith(("sqlite3", "postgresql")):
        raise ValueError(f"{named} must be postgres://user:password@host:port/name or sqlite:////path.")
    if not database.get("NAME"):
        raise ValueError(f"{named} names no database: its path is empty.")
    return database
