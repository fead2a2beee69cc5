"""Identifiers of rows."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a UUID version 7 (RFC 9562): ordered by time, so that an index on it grows at one end."""
    return uuid7()


def parse_id(value: object) -> UUID | None:
    """Return `value` as an id, or None where it cannot be one."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None
