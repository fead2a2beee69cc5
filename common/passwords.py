"""The Unicode composition of passwords.

A keyboard may send `é` as one character or as two. Both are the same password.
"""

import unicodedata


def composed(password: str) -> str:
    """Return a password as it is hashed: NFC, as the OpaqueString profile of RFC 8265 asks."""
    return unicodedata.normalize("NFC", password)


def spellings(password: str) -> list[str]:
    """Return the forms in which a password may have been hashed: composed, as typed, decomposed."""
    return list(dict.fromkeys([composed(password), password, unicodedata.normalize("NFD", password)]))
