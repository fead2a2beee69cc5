"""API tokens, stored as digests: those of a sign-in, which end with the password, and named ones.

Decision 12 says why they are rows of our own (docs/decisions/0012-api-tokens.md).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from common.db.statements import Statement
from common.errors import Conflict
from common.resilience.after_response import after_response
from permissions.context import with_memberships
from permissions.models import ApiToken, User
from permissions.token_scopes import scope_of, stored_scope

SCHEME = "Token"
SCHEMES = frozenset({"token", "bearer"})
TOKEN_BYTES = 32  # of randomness; a token has 64 hexadecimal digits
MAX_HEADER = 300  # bytes; a valid header has 71 at most
MAX_NAMED = 100  # tokens of one user
USE_RECORDED_EVERY = timedelta(minutes=1)


class TooManyTokens(Conflict):
    """409: the user has MAX_NAMED named tokens."""

    code = "too_many_tokens"
    detail = _("You have 100 tokens. Revoke one of them first.")


def issue_token(*, user: User) -> tuple[str, datetime]:
    """Create the token of a sign-in of `user`; return it and its expiry (aware). The token cannot be read later.

    Deletes the tokens of earlier sign-ins that have expired.
    """
    now = timezone.now()
    token, expires_at = token_hex(TOKEN_BYTES), now + settings.API_TOKEN_LIFETIME
    ApiToken.objects.filter(user=user, name="", expires_at__lte=now).delete()
    _save(ApiToken(user=user, expires_at=expires_at), token)
    return token, expires_at


def issue_named_token(
    *, user: User, name: str, scope: str | Sequence[str], expires_at: datetime | None = None
) -> tuple[str, ApiToken]:
    """Create a named token of `user`; return it and its row. The token cannot be read later. Raises TooManyTokens.

    `scope` is as in `permissions.token_scopes.stored_scope`; without `expires_at` the token does not expire.
    """
    if named_tokens(user).count() >= MAX_NAMED:
        raise TooManyTokens
    token = token_hex(TOKEN_BYTES)
    row = ApiToken(user=user, name=name, scope=stored_scope(scope), expires_at=expires_at)
    return token, _save(row, token)


def _save(row: ApiToken, token: str) -> ApiToken:
    row.prefix, row.digest = _prefix(token), _digest(token, row)
    row.save(force_insert=True)
    return row


def named_tokens(user: User) -> QuerySet[ApiToken]:
    """Return the named tokens of `user`, newest first."""
    return ApiToken.objects.filter(user=user).exclude(name="").order_by("-created_at", "-id")


def revoke_tokens_of(people: Iterable[User]) -> None:
    """Revoke every token of `people`, whose access ends: none comes back with a new activation."""
    ApiToken.objects.filter(user__in=[person.pk for person in people]).delete()


def revoke_named_tokens(*, user: User) -> int:
    """Revoke every named token of `user`; return how many there were."""
    return named_tokens(user).delete()[0]


class ApiTokenAuthentication(BaseAuthentication):
    """`Authorization: Token <token>`, or `Bearer`: one query for the token, its owner and their roles.

    The digest of a sign-in covers the password hash of the owner, so that every change of the password revokes it. The
    owner carries the scope of the token (`User.token_scope`). A malformed header is 401, never an anonymous caller.
    """

    def authenticate(self, request: Request | HttpRequest) -> tuple[User, ApiToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if len(header) > MAX_HEADER or scheme.lower() not in SCHEMES:
            raise AuthenticationFailed
        if not (token.isascii() and token.isalnum()):
            raise AuthenticationFailed
        return self._authenticate_token(token)

    def authenticate_header(self, request: Request) -> str:
        """Return the `WWW-Authenticate` header of a 401."""
        return SCHEME

    def _authenticate_token(self, token: str) -> tuple[User, ApiToken]:
        now = timezone.now()
        for row in Statement(_valid_tokens, (_prefix(token), now)).fetch():
            if compare_digest(_digest(token, row), row.digest):
                row.user.token_scope = scope_of(row.scope)
                row.user.known_memberships = vars(row).pop("known_memberships")
                _note_use(row, now)
                return row.user, row
        raise AuthenticationFailed


def _valid_tokens(prefix: str, now: datetime) -> QuerySet[ApiToken]:
    """Return tokens with their active owners, and the owners' memberships, which every request needs."""
    is_valid = Q(expires_at__gt=now) | Q(expires_at=None)
    rows = ApiToken.objects.filter(is_valid, prefix=prefix, user__is_active=True).order_by().select_related("user")
    return cast(QuerySet[ApiToken], with_memberships(rows, "user_id"))


def _note_use(row: ApiToken, now: datetime) -> None:
    """Have the use of a named token recorded, once in USE_RECORDED_EVERY, after the response."""
    if row.is_named and (row.last_used_at is None or row.last_used_at <= now - USE_RECORDED_EVERY):
        after_response(partial(record_use, row.pk, now))


def record_use(token_id: UUID, at: datetime) -> None:
    """Write `last_used_at`, unless another request has written it since the caller read it."""
    is_due = Q(last_used_at=None) | Q(last_used_at__lte=at - USE_RECORDED_EVERY)
    ApiToken.objects.filter(is_due, pk=token_id).update(last_used_at=at)


def _prefix(token: str) -> str:
    return token[: ApiToken.PREFIX_LENGTH]


def _digest(token: str, row: ApiToken) -> str:
    secret = token if row.is_named else f"{token}:{row.user.password}"
    return sha256(secret.encode()).hexdigest()
