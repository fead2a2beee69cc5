"""Who may call an action at all, before any row is looked at."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission

from permissions.choices import Permission


class Caller(Enum):
    """Requirements that ask for no permission."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"


ANYONE = Caller.ANYONE
SIGNED_IN = Caller.SIGNED_IN


@dataclass(frozen=True, slots=True)
class AnonymousOr:
    """Anonymous callers may, and signed-in ones need `permission`: public listings inside an organization."""

    permission: Permission


# A tuple of permissions asks for any one of them.
Requirement = Caller | AnonymousOr | Permission | tuple[Permission, ...]


class DenyUndeclared(BasePermission):
    """Asks the view's `requires` table; what it does not name does not exist (405)."""

    def has_permission(self, request: Any, view: Any) -> bool:
        requirement = getattr(view, "requires", {}).get(getattr(view, "action", None))
        if requirement is None:
            raise MethodNotAllowed(request.method)
        return is_met(requirement, view, anonymous=not request.user.is_authenticated)


def is_met(requirement: Requirement, view: Any, *, anonymous: bool) -> bool:
    """Tell whether the caller of `view` meets `requirement`.

    Where that can be known the organization is not resolved, so that a refusal costs no query. Raises the errors of
    `permissions.context.access_of`.
    """
    if anonymous and requirement is not ANYONE and not isinstance(requirement, AnonymousOr):
        return False
    if not view.acts_in_organization:
        return isinstance(requirement, Caller)
    access = view.access
    if isinstance(requirement, AnonymousOr):
        return anonymous or access.has(requirement.permission)
    if isinstance(requirement, tuple):
        return any(access.has(permission) for permission in requirement)
    return isinstance(requirement, Caller) or access.has(requirement)
