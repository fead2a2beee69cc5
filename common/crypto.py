"""Secrets that must be read again (unlike passwords), kept so that a copy of the database does not give them away."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class Unreadable(Exception):
    """What was sealed can no longer be read: SECRET_KEY changed, and the old one is not among the fallbacks."""


def seal(text: str, purpose: str) -> str:
    """Encrypt `text` with a key of its own for `purpose`, made of SECRET_KEY (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Return what `seal` was given. Raises Unreadable."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _box(purpose: str) -> MultiFernet:
    salt = f"common.crypto:{purpose}"
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (salted_hmac(salt, "", secret, algorithm="sha256").digest() for secret in secrets)
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])
