"""Who may call an action, before any row is read."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol, cast

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from permissions.choices import Permission

if TYPE_CHECKING:  # DRF reads its settings, which name this module, while it defines APIView
    from rest_framework.views import APIView

    from permissions.access import Access


class Caller(Enum):
    """Requirements without a permission."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"


ANYONE = Caller.ANYONE
SIGNED_IN = Caller.SIGNED_IN


@dataclass(frozen=True, slots=True)
class AnonymousOr:
    """Lets anonymous callers in, and signed-in callers with `permission`: for public lists of an organization."""

    permission: Permission


# A tuple of permissions asks for any one of them.
Requirement = Caller | AnonymousOr | Permission | tuple[Permission, ...]


class AccessView(Protocol):
    """A view with the access of its caller, as `ApiViewSet`."""

    @property
    def acts_in_organization(self) -> bool:
        """Whether a request resolves an organization."""

    @property
    def access(self) -> "Access":
        """The access of the caller. Raises NotAMember, NotSignedIn."""


class DenyUndeclared(BasePermission):
    """Checks the `requires` table of the view: an action that it does not name is 405."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Tell whether the caller meets the requirement of the action. Raises MethodNotAllowed where there is none."""
        requirement = getattr(view, "requires", {}).get(getattr(view, "action", None))
        if requirement is None:
            raise MethodNotAllowed(request.method or "")
        # A view with a `requires` table is an ApiViewSet, which this module cannot import.
        return is_met(requirement, cast(AccessView, view), anonymous=not request.user.is_authenticated)


def is_met(requirement: Requirement, view: AccessView, *, anonymous: bool) -> bool:
    """Tell whether the caller of `view` meets `requirement`.

    The organization is resolved only where the answer depends on it, so that a refusal of an anonymous caller costs no
    query. Raises the errors of `permissions.context.access_of`.
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
