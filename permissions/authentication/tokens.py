"""API tokens: stored hashed, expiring, and dead as soon as their owner's password changes."""

from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.crypto import create_token_string, hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS, knox_settings
from rest_framework.exceptions import AuthenticationFailed

from permissions.models import User

MAX_HEADER = 300  # bytes; ours are 70


def issue_token(*, user: User) -> tuple[str, datetime]:
    """Make a token for `user`; return it (the only time it can be read) and when it expires.

    Expired tokens of the user are removed.
    """
    now = timezone.now()
    token, expires_at = create_token_string(), now + knox_settings.TOKEN_TTL
    AuthToken.objects.filter(user=user, expiry__lte=now).delete()
    AuthToken(user=user, digest=_digest(token, user), token_key=_key(token), expiry=expires_at).save(force_insert=True)
    return token, expires_at


class BoundTokenAuthentication(TokenAuthentication):
    """`Authorization: Token <token>`: one query for the token and its owner.

    The stored hash covers the owner's password hash, so that a changed password leaves no token behind, whoever
    changes it and wherever. A header that cannot be read is 401, never an anonymous caller.
    """

    def authenticate(self, request: Any) -> tuple[User, AuthToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if len(header) > MAX_HEADER or scheme.lower() != knox_settings.AUTH_HEADER_PREFIX.lower():
            raise AuthenticationFailed
        if not (token.isascii() and token.isalnum()):
            raise AuthenticationFailed
        return self.authenticate_credentials(token)

    def authenticate_credentials(self, token: str) -> tuple[User, AuthToken]:
        candidates = AuthToken.objects.filter(token_key=_key(token), expiry__gt=timezone.now(), user__is_active=True)
        for found in candidates.select_related("user"):
            if compare_digest(_digest(token, found.user), found.digest):
                return found.user, found
        raise AuthenticationFailed


def _key(token: str) -> str:
    return token[: CONSTANTS.TOKEN_KEY_LENGTH]


def _digest(token: str, user: User) -> str:
    return hash_token(f"{token}:{user.password}")
