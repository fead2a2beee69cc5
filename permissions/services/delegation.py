"""What one may hand on: nobody grants a permission they lack, and nobody takes over somebody who may do more."""

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from permissions.access import Access, out_of_scope, scope
from permissions.choices import Permission
from permissions.models import Membership, Role, User

NOT_GRANTABLE = "You may only hand out roles that you hold, or any weaker one if you may see every file."


def roles_here(access: Access) -> QuerySet[Role]:
    """Return the roles of the caller's organization."""
    return scope(Role.objects.all(), access)


def manageable_roles(access: Access) -> QuerySet[Role]:
    """Return the roles here that grant nothing the caller lacks: those the caller may change or take away."""
    return roles_here(access).exclude(group_id__in=_stronger_groups(access))


def grantable_roles(access: Access) -> QuerySet[Role]:
    """Return the roles here that the caller may hand out: manageable ones that show no file the caller may not see.

    Files are shown to roles, so a role without any permission still opens some: the caller holds it, or sees every
    file anyway.
    """
    roles = manageable_roles(access)
    if access.everywhere or access.has(Permission.MEDIA_VIEW_ALL):
        return roles
    return roles.filter(pk__in=access.role_ids)


def people_here(access: Access) -> QuerySet[User]:
    """Return the members of the caller's organization."""
    if access.everywhere:
        return User.objects.all()
    return User.objects.filter(pk__in=_members(access).values("user_id"))


def manageable_people(access: Access) -> QuerySet[User]:
    """Return the people here whose account the caller may change, password included.

    Not superusers, not the system user, nobody with a role elsewhere (an administrator here would take over an account
    there), and nobody with a role here that the caller could not hand out.
    """
    if access.everywhere:
        return User.objects.all()
    elsewhere = out_of_scope(Membership.objects.all(), access)
    stronger = _members(access).exclude(role_id__in=grantable_roles(access).values("pk"))
    return (
        people_here(access)
        .filter(is_superuser=False, is_system=False)
        .exclude(pk__in=elsewhere.values("user_id"))
        .exclude(pk__in=stronger.values("user_id"))
    )


def _members(access: Access) -> QuerySet[Membership]:
    return scope(Membership.objects.all(), access)


def _stronger_groups(access: Access) -> QuerySet:
    lacking = [permission.value for permission in Permission if not access.has(permission)]
    grants = Group.permissions.through.objects.filter(permission__codename__in=lacking)
    return grants.values("group_id")
