"""Encryption of secrets in the database that must be readable again, such as the keys of webhooks.

Fernet (AES-128-CBC with HMAC-SHA256), with a key per purpose that is derived from SECRET_KEY. After a change of
SECRET_KEY, old values stay readable while the previous key is in SECRET_KEY_FALLBACKS.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class DecryptionError(Exception):
    """The value was encrypted with a key that is neither SECRET_KEY nor one of SECRET_KEY_FALLBACKS."""


def encrypt(text: str, *, purpose: str) -> str:
    """Return `text` encrypted for `purpose`, as ASCII text."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def decrypt(encrypted: str, *, purpose: str) -> str:
    """Return the text that was encrypted for `purpose`. Raises DecryptionError."""
    try:
        return _fernet(purpose).decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise DecryptionError from None


def _fernet(purpose: str) -> MultiFernet:
    salt = f"common.crypto:{purpose}"
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (salted_hmac(salt, "", secret, algorithm="sha256").digest() for secret in secrets)
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])
