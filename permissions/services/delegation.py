"""Delegation: people grant only permissions that they have, and change only accounts that may do no more."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from permissions.access import Access, out_of_scope, scope
from permissions.choices import Permission
from permissions.models import Membership, Role, User

NOT_GRANTABLE = gettext_lazy("You can only grant roles that you have, or any weaker role if you may see every file.")


def roles_in_organization(access: Access) -> QuerySet[Role]:
    """Return the roles of the caller's organization."""
    return scope(Role.objects.all(), access)


def manageable_roles(access: Access) -> QuerySet[Role]:
    """Return the roles of the organization without a permission that the caller lacks: the caller may change them."""
    return roles_in_organization(access).exclude(group_id__in=_stronger_groups(access))


def grantable_roles(access: Access) -> QuerySet[Role]:
    """Return the roles that the caller may grant: manageable roles that show no file which the caller may not see.

    Files are shared with roles, so that even a role without permissions shows files: the caller has to have the role,
    or to see every file.
    """
    roles = manageable_roles(access)
    if access.everywhere or access.has(Permission.MEDIA_VIEW_ALL):
        return roles
    return roles.filter(pk__in=access.role_ids)


def people_in_organization(access: Access) -> QuerySet[User]:
    """Return the members of the caller's organization."""
    if access.everywhere:
        return User.objects.all()
    return User.objects.filter(pk__in=_members(access).values("user_id"))


def manageable_people(access: Access) -> QuerySet[User]:
    """Return the people whose account the caller may change, password included.

    Not among them: superusers, the system user, people with a role in another organization (their account there would
    be taken over), and people with a role that the caller may not grant.
    """
    if access.everywhere:
        return User.objects.all()
    other_memberships = out_of_scope(Membership.objects.all(), access)
    stronger = _members(access).exclude(role_id__in=grantable_roles(access).values("pk"))
    return (
        people_in_organization(access)
        .filter(is_superuser=False, is_system=False)
        .exclude(pk__in=other_memberships.values("user_id"))
        .exclude(pk__in=stronger.values("user_id"))
    )


def _members(access: Access) -> QuerySet[Membership]:
    return scope(Membership.objects.all(), access)


def _stronger_groups(access: Access) -> QuerySet[Any, Any]:
    missing = [permission.value for permission in Permission if not access.has(permission)]
    grants = Group.permissions.through.objects.filter(permission__codename__in=missing)
    return grants.values("group_id")
