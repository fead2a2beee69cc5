"""Signing in by user name and password."""

from functools import cache
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.utils.crypto import get_random_string

from permissions.models import User


class ComposedBackend(ModelBackend):
    """Signs in by user name and password, whatever their composition, with as much work for names that do not exist.

    A refusal is final: the backend after this one is there for the sessions that it began.
    """

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **credentials: Any) -> Any:
        if username is None or password is None:
            return None
        user = _named(username) or _no_account()
        if not user.check_password(password) or user._state.adding or not self.user_can_authenticate(user):
            raise PermissionDenied
        return user

    async def aauthenticate(self, request: Any, **credentials: Any) -> Any:
        return await sync_to_async(self.authenticate)(request, **credentials)


def _named(username: str) -> User | None:
    """The account of this name, as typed or else as user names are kept (NFKC)."""
    found = User.objects.filter(username__in={username, User.normalize_username(username)})
    return min(found, key=lambda user: user.username != username, default=None)


def _no_account() -> User:
    return User(password=_password_of_none())


@cache
def _password_of_none() -> str:
    return make_password(get_random_string(40))
