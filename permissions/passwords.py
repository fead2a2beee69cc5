"""Passwords and user names, in whichever composition their letters are typed.

A Mac may send `é` as one character or as two, and a phone the other; to the person it is one password.
"""

import unicodedata
from collections.abc import Callable

from asgiref.sync import sync_to_async


def composed(password: str) -> str:
    """Return a password as it is hashed: NFC, as the OpaqueString profile of RFC 8265 asks."""
    return unicodedata.normalize("NFC", password)


def spellings(password: str) -> list[str]:
    """Return what a password may have been hashed as: composed, and by earlier releases as it was typed."""
    return list(dict.fromkeys([composed(password), password, unicodedata.normalize("NFD", password)]))


class ComposedPasswords:
    """An account whose password is set composed and checked in every composition: at most three hashes."""

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password and composed(raw_password))  # type: ignore[misc]

    def check_password(self, raw_password: str) -> bool:
        check: Callable[[str], bool] = super().check_password  # type: ignore[misc]
        return any(check(spelling) for spelling in spellings(raw_password))

    async def acheck_password(self, raw_password: str) -> bool:
        return await sync_to_async(self.check_password)(raw_password)
