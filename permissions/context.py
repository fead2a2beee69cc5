"""From a user and the name of an organization to an `Access`: what this person may do there.

The header X-Organization of a request of the API is read in `permissions.api.viewsets` (`ApiViewSet.access`), the
header, parameter or field of a request of the admin in `permissions.admin.tenant` (`admin_access`).
"""

from collections.abc import Iterable
from typing import TypedDict
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from common.errors import NotSignedIn
from permissions.access import NO_ROWS, Access, narrowed
from permissions.errors import AnotherPerson, NoOrganization, NotAMember
from permissions.models import Membership, Organization, User
from permissions.token_scopes import EVERY_PERMISSION


class MembershipRow(TypedDict):
    """A membership and one permission of its role."""

    organization_id: UUID
    organization__slug: str
    role_id: UUID
    role__group_id: int
    role__group__permissions__codename: str


# Built once: this is a query of every request, and resolving the names takes a third of its time.
_MEMBERSHIP_ROWS = Membership.objects.filter(organization__is_active=True).values(
    "organization_id", "organization__slug", "role_id", "role__group_id", "role__group__permissions__codename"
)
_ACTIVE = Organization.objects.filter(is_active=True).order_by().values_list("pk", flat=True)
_DEFAULT = _ACTIVE.filter(is_default=True)[:1]


def access_of(user: User | AnonymousUser, organization: str | UUID = "") -> Access:
    """Return what `user` may do in `organization` (slug or id; empty: the default of the user). One query for members.

    The scope of the token with which the user came narrows it.
    Raises NotAMember if a signed-in user names an organization that is missing, inactive or not theirs, or has none at
    all; NotSignedIn if an anonymous caller names one without a public listing.
    """
    if not user.is_authenticated:
        return _anonymous_access(str(organization))
    return narrowed(_access_of_person(user, organization), user.token_scope)


def _access_of_person(user: User, organization: str | UUID) -> Access:
    rows = _membership_rows(user)
    chosen = next((row for row in rows if not organization or _is_named(row, str(organization))), None)
    if user.is_superuser and organization:
        return _superuser_access(user, str(organization))
    if chosen is None:
        raise NotAMember if organization else NoOrganization
    return _member_access(user, [row for row in rows if row["organization_id"] == chosen["organization_id"]])


def require_person(user: User | AnonymousUser, named: str) -> None:
    """Raise AnotherPerson if the page names, by id, a person other than the one who is signed in."""
    if named and user.is_authenticated and named != str(user.pk):
        raise AnotherPerson


def access_everywhere(user: User) -> Access:
    """Return the access of a superuser to all organizations, for the admin. Raises NotAMember for other users."""
    if not (user.is_superuser and user.is_active):
        raise NotAMember
    return Access(user_id=user.pk, organization_id=None, permissions=EVERY_PERMISSION, everywhere=True)


def _membership_rows(user: User) -> list[MembershipRow]:
    return list(_MEMBERSHIP_ROWS.filter(user_id=user.pk))


def _is_named(row: MembershipRow, name: str) -> bool:
    return name in (row["organization__slug"], str(row["organization_id"]))


def _member_access(user: User, rows: Iterable[MembershipRow]) -> Access:
    rows = list(rows)
    granted = frozenset(row["role__group__permissions__codename"] for row in rows) & EVERY_PERMISSION
    return Access(
        user_id=user.pk,
        organization_id=rows[0]["organization_id"],
        permissions=EVERY_PERMISSION if user.is_superuser else granted,
        role_ids=tuple({row["role_id"]: None for row in rows}),
        group_ids=tuple({row["role__group_id"]: None for row in rows}),
    )


def _superuser_access(user: User, name: str) -> Access:
    organization_id = _ACTIVE.filter(_named(name)).first()
    if organization_id is None:
        raise NotAMember
    return Access(user_id=user.pk, organization_id=organization_id, permissions=EVERY_PERMISSION)


def _anonymous_access(name: str) -> Access:
    if not name:
        return Access(user_id=None, organization_id=next(iter(_DEFAULT.all()), None))
    listing = _ACTIVE.filter(_named(name), public_listing=True).first()
    if listing is None or not settings.PUBLIC_LISTING:
        raise NotSignedIn
    return Access(user_id=None, organization_id=listing)


def _named(name: str) -> Q:
    if "\x00" in name:  # PostgreSQL refuses the character
        return NO_ROWS
    try:
        return Q(slug=name) | Q(pk=UUID(name))
    except ValueError:
        return Q(slug=name)
