"""The scope of an API token: to which permissions it narrows what its owner may do."""

from collections.abc import Sequence
from dataclasses import dataclass

from permissions.choices import Permission

FULL, READ = "full", "read"
EVERY_PERMISSION = frozenset(permission.value for permission in Permission)
READING = frozenset({Permission.MEDIA_VIEW.value, Permission.MEDIA_VIEW_ALL.value}) | {
    permission for permission in EVERY_PERMISSION if permission.startswith("view_")
}


@dataclass(frozen=True, slots=True)
class TokenScope:
    """The permissions to which a token narrows its owner. With `is_read_only`, no request of the token may write."""

    permissions: frozenset[str]
    is_read_only: bool = False


_READ = TokenScope(READING, is_read_only=True)


def scope_of(stored: str) -> TokenScope | None:
    """Return the scope that a row stores: None for FULL, which narrows nothing.

    Names that are no permissions any more grant nothing.
    """
    if stored == FULL:
        return None
    return _READ if stored == READ else TokenScope(frozenset(stored.split(",")) & EVERY_PERMISSION)


def stored_scope(scope: str | Sequence[str]) -> str:
    """Return how a row stores a scope: FULL, READ, or permissions."""
    return scope if isinstance(scope, str) else ",".join(sorted(set(scope)))


def shown_scope(stored: str) -> str | list[str]:
    """Return the scope of a row as the API shows it."""
    return stored if stored in (FULL, READ) else stored.split(",")
