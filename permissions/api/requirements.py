"""Who may call an action, before any row is read."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol, cast

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from permissions.choices import Permission
from permissions.errors import OutOfScope
from permissions.token_scopes import TokenScope

if TYPE_CHECKING:  # DRF reads its settings, which name this module, while it defines APIView
    from rest_framework.views import APIView

    from permissions.access import Access


class Caller(Enum):
    """Requirements without a permission."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    ACCOUNT = "the whole account"


ANYONE = Caller.ANYONE
SIGNED_IN = Caller.SIGNED_IN
ACCOUNT = Caller.ACCOUNT  # signed in, and not with a token of a narrower scope: for changes of the account itself


@dataclass(frozen=True, slots=True)
class AnonymousOr:
    """Lets anonymous callers in, and signed-in callers with `permission`: for public lists of an organization."""

    permission: Permission


@dataclass(frozen=True, slots=True)
class OwnRows:
    """Lets signed-in callers act on rows of their own; the scope of a token has to contain `permission`."""

    permission: Permission


# A tuple of permissions asks for any one of them.
Requirement = Caller | AnonymousOr | OwnRows | Permission | tuple[Permission, ...]


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
        """Tell whether the caller meets the requirement of the action.

        Raises MethodNotAllowed where there is none, OutOfScope where the scope of the token leaves the action out.
        """
        requirement = getattr(view, "requires", {}).get(getattr(view, "action", None))
        if requirement is None:
            raise MethodNotAllowed(request.method or "")
        controlled = cast(
            AccessView, view
        )  # with a `requires` table it is an ApiViewSet, which this module cannot import
        if not is_in_scope(requirement, controlled, request):
            raise OutOfScope
        return is_met(requirement, controlled, anonymous=not request.user.is_authenticated)


def is_in_scope(requirement: Requirement, view: AccessView, request: Request) -> bool:
    """Tell whether the token of the request may be used for the action, whatever its owner may do.

    Permissions are no matter of this function: `permissions.access.narrowed` takes them away.
    """
    scope: TokenScope | None = getattr(request.user, "token_scope", None)
    if scope is None or requirement is ANYONE:
        return True
    if requirement is ACCOUNT or (
        scope.is_read_only and view.acts_in_organization and request.method not in SAFE_METHODS
    ):
        return False
    return not isinstance(requirement, OwnRows) or requirement.permission.value in scope.permissions


def is_met(requirement: Requirement, view: AccessView, *, anonymous: bool) -> bool:
    """Tell whether the caller of `view` meets `requirement`.

    The organization is resolved only where the answer depends on it, so that a refusal of an anonymous caller costs no
    query. Raises the errors of `permissions.context.access_of`.
    """
    if anonymous and requirement is not ANYONE and not isinstance(requirement, AnonymousOr):
        return False
    if not view.acts_in_organization:
        return isinstance(requirement, Caller | OwnRows)
    access = view.access
    if isinstance(requirement, AnonymousOr):
        return anonymous or access.has(requirement.permission)
    if isinstance(requirement, tuple):
        return any(access.has(permission) for permission in requirement)
    return isinstance(requirement, Caller | OwnRows) or access.has(requirement)
