"""From a user and the name of an organization to an `Access`: what this person may do there.

The header X-Organization of a request of the API is read in `permissions.api.viewsets` (`ApiViewSet.access`), the
header, parameter or field of a request of the admin in `permissions.admin.tenant` (`admin_access`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import Permission as GrantedPermission
from django.db.models import OuterRef, Q, QuerySet

from common.db.json_rows import JSONRows
from common.db.statements import Statement
from common.errors import NotSignedIn
from permissions.access import NO_ROWS, Access, narrowed
from permissions.errors import AnotherPerson, NoOrganization, NotAMember
from permissions.models import Membership, Organization, User
from permissions.token_scopes import EVERY_PERMISSION


@dataclass(frozen=True, slots=True)
class MemberRole:
    """A membership: a role in an organization, and the codenames of what it grants."""

    organization_id: UUID
    slug: str
    role_id: UUID
    group_id: int
    permissions: list[str]

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """Return it from a row of `_membership_rows`."""
        organization_id, slug, role_id, group_id, permissions = row
        return cls(UUID(organization_id), slug, UUID(role_id), group_id, permissions)


def _membership_rows(user_field: str) -> JSONRows:
    """Return the memberships of the user whom a column of the outer query names, in active organizations."""
    group = OuterRef("role__group_id")
    granted = GrantedPermission.objects.filter(group=group).order_by().values_list("codename")
    rows = Membership.objects.filter(user=OuterRef(user_field), organization__is_active=True)
    role = ("organization_id", "organization__slug", "role_id", "role__group_id")
    return JSONRows(rows.values_list(*role, JSONRows(granted)))


def with_memberships(rows: Any, user_field: str = "pk") -> Any:
    """Return the queryset `rows` with the `known_memberships` of the users whom `user_field` names."""
    return rows.annotate(known_memberships=_membership_rows(user_field))


def _one_user(pk: UUID) -> QuerySet[User]:
    return cast(QuerySet[User], with_memberships(User.objects.filter(pk=pk).order_by()))


def find_user(pk: UUID) -> User | None:
    """Return the user with their memberships, as requests need them. One query."""
    return Statement(_one_user, (pk,)).first()


_ACTIVE = Organization.objects.filter(is_active=True).order_by().values_list("pk", flat=True)


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
    roles = _roles_of(user)
    chosen = next((role for role in roles if not organization or _is_named(role, str(organization))), None)
    if user.is_superuser and organization:
        return _superuser_access(user, str(organization))
    if chosen is None:
        raise NotAMember if organization else NoOrganization
    return _member_access(user, [role for role in roles if role.organization_id == chosen.organization_id])


def require_person(user: User | AnonymousUser, named: str) -> None:
    """Raise AnotherPerson if the page names, by id, a person other than the one who is signed in."""
    if named and user.is_authenticated and named != str(user.pk):
        raise AnotherPerson


def access_everywhere(user: User) -> Access:
    """Return the access of a superuser to all organizations, for the admin. Raises NotAMember for other users."""
    if not (user.is_superuser and user.is_active):
        raise NotAMember
    return Access(user_id=user.pk, organization_id=None, permissions=EVERY_PERMISSION, everywhere=True)


def _roles_of(user: User) -> list[MemberRole]:
    """Return the roles of `user` in every active organization, those of the default one first."""
    rows = user.known_memberships
    if rows is None:
        known = find_user(user.pk)
        rows = known.known_memberships if known else []
    return [MemberRole.of(row) for row in rows or ()]


def _is_named(role: MemberRole, name: str) -> bool:
    return name in (role.slug, str(role.organization_id))


def _member_access(user: User, roles: list[MemberRole]) -> Access:
    granted = frozenset(chain.from_iterable(role.permissions for role in roles)) & EVERY_PERMISSION
    return Access(
        user_id=user.pk,
        organization_id=roles[0].organization_id,
        permissions=EVERY_PERMISSION if user.is_superuser else granted,
        role_ids=tuple(role.role_id for role in roles),
        group_ids=tuple(role.group_id for role in roles),
    )


def _superuser_access(user: User, name: str) -> Access:
    organization_id = _ACTIVE.filter(_named(name)).first()
    if organization_id is None:
        raise NotAMember
    return Access(user_id=user.pk, organization_id=organization_id, permissions=EVERY_PERMISSION)


def _anonymous_access(name: str) -> Access:
    if not name:
        return Access(user_id=None, organization_id=Statement(_default_organization).first())
    listing = _ACTIVE.filter(_named(name), public_listing=True).first()
    if listing is None or not settings.PUBLIC_LISTING:
        raise NotSignedIn
    return Access(user_id=None, organization_id=listing)


def _default_organization() -> QuerySet[Organization, UUID]:
    return _ACTIVE.filter(is_default=True)[:1]


def _named(name: str) -> Q:
    if "\x00" in name:  # PostgreSQL refuses the character
        return NO_ROWS
    try:
        return Q(slug=name) | Q(pk=UUID(name))
    except ValueError:
        return Q(slug=name)
