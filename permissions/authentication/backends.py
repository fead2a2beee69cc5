"""Authentication by user name and password."""

from functools import cache
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from permissions.context import find_user
from permissions.models import User


class ComposedBackend(ModelBackend):
    """Authenticates passwords in any Unicode composition, in the same time for names that do not exist.

    A refusal is final: the backend after this one only serves its earlier sessions.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **credentials: Any
    ) -> User | None:
        """Return the user. Raises PermissionDenied for a wrong password, an unknown name or an inactive account."""
        if username is None or password is None:
            return None
        user = _find_user(username) or _missing_user()
        if not user.check_password(password) or user._state.adding or not self.user_can_authenticate(user):
            raise PermissionDenied
        return user

    async def aauthenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **credentials: Any
    ) -> User | None:
        return await sync_to_async(self.authenticate)(request, username, password, **credentials)

    def get_user(self, user_id: UUID) -> User | None:
        """Return the active user of a session, with their memberships. One query."""
        user = find_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def _find_user(username: str) -> User | None:
    """Return the user with this name: as typed, else in the stored form (NFKC)."""
    users = User.objects.filter(username__in={username, User.normalize_username(username)})
    return min(users, key=lambda user: user.username != username, default=None)


def _missing_user() -> User:
    return User(password=_random_password())


@cache
def _random_password() -> str:
    return make_password(get_random_string(40))
