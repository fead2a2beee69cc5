"""Identifiers of rows."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a UUID version 7 (RFC 9562): ordered by time, so that an index on it grows at one end."""
    return uuid7()
