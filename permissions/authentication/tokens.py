"""API tokens: stored as digests, expiring, and invalid as soon as their owner's password changes.

Decision 12 says why they are rows of our own (docs/decisions/0012-api-tokens.md).
"""

from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from permissions.models import ApiToken, User

SCHEME = "Token"
TOKEN_BYTES = 32  # of randomness; a token has 64 hexadecimal digits
MAX_HEADER = 300  # bytes; a valid header has 70


def issue_token(*, user: User) -> tuple[str, datetime]:
    """Create a token of `user`; return it and its expiry (aware). The token cannot be read later.

    Deletes the expired tokens of the user.
    """
    now = timezone.now()
    token, expires_at = token_hex(TOKEN_BYTES), now + settings.API_TOKEN_LIFETIME
    ApiToken.objects.filter(user=user, expires_at__lte=now).delete()
    ApiToken.objects.create(user=user, prefix=_prefix(token), digest=_digest(token, user), expires_at=expires_at)
    return token, expires_at


class ApiTokenAuthentication(BaseAuthentication):
    """`Authorization: Token <token>`: one query for the token and its owner.

    The digest covers the password hash of the owner, so that every change of the password revokes all tokens. A
    malformed header is 401, never an anonymous caller.
    """

    def authenticate(self, request: Request | HttpRequest) -> tuple[User, ApiToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if len(header) > MAX_HEADER or scheme.lower() != SCHEME.lower():
            raise AuthenticationFailed
        if not (token.isascii() and token.isalnum()):
            raise AuthenticationFailed
        return self._authenticate_token(token)

    def authenticate_header(self, request: Request) -> str:
        """Return the `WWW-Authenticate` header of a 401."""
        return SCHEME

    def _authenticate_token(self, token: str) -> tuple[User, ApiToken]:
        rows = ApiToken.objects.filter(prefix=_prefix(token), expires_at__gt=timezone.now(), user__is_active=True)
        for row in rows.order_by().select_related("user"):
            if compare_digest(_digest(token, row.user), row.digest):
                return row.user, row
        raise AuthenticationFailed


def _prefix(token: str) -> str:
    return token[: ApiToken.PREFIX_LENGTH]


def _digest(token: str, user: User) -> str:
    return sha256(f"{token}:{user.password}".encode()).hexdigest()
