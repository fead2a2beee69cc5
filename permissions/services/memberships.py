"""Services of organizations, roles and memberships."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as GrantedPermission
from django.db import transaction

from common.db.ids import new_id
from permissions.authentication.tokens import revoke_tokens_of
from permissions.choices import Permission
from permissions.models import Membership, Organization, Role, User
from permissions.roles import ROLE_GRANTS
from permissions.services.administrators import keeping_administrators, lock_organizations, organizations_of_people


def create_organization(
    *, slug: str, name: str, is_default: bool = False, works_in_admin: bool = False
) -> Organization:
    """Create an organization with its seeded roles, which work in the admin or not."""
    with transaction.atomic():
        organization = Organization.objects.create(slug=slug, name=name, is_default=is_default)
        seed_roles(organization=organization, works_in_admin=works_in_admin)
    return organization


def open_organization(*, organization: Organization, creator: User) -> bool:
    """Give a new organization its roles, which work in the admin; return whether its creator became Administrator.

    A creator who belongs to another organization stays there. The first organization is the default one.
    """
    with transaction.atomic():
        roles = {role.name: role for role in seed_roles(organization=organization, works_in_admin=True)}
        if not Organization.objects.filter(is_default=True).exists():
            organization.is_default = True
            organization.save(update_fields=["is_default"])
        joins = not creator.memberships.exists()
        if joins:
            add_member(user=creator, role=roles["Administrator"])
    return joins


def create_role(*, organization: Organization, name: str, permissions: frozenset[Permission] = frozenset()) -> Role:
    """Create a role and the group that carries its permissions."""
    role = Role(id=new_id(), organization=organization, name=name)
    save_new_role(role=role, permissions=permissions)
    return role


def save_new_role(*, role: Role, permissions: frozenset[Permission]) -> None:
    """Save a new role together with the group that carries its permissions."""
    with transaction.atomic():
        _save_with_groups([role])
        grant_permissions(grants={role: permissions})


def _save_with_groups(roles: Sequence[Role]) -> None:
    groups = Group.objects.bulk_create(Group(name=role.group_name) for role in roles)
    for role, group in zip(roles, groups, strict=True):
        role.group = group
    Role.objects.bulk_create(roles)


def delete_roles(*, roles: Collection[Role]) -> None:
    """Delete roles with their memberships and groups, all or none.

    Files shared with the role are kept; only the share is deleted. Raises LastAdministrator.
    """
    with keeping_administrators(role.organization_id for role in roles):
        for role in roles:
            group = role.group
            role.delete()
            group.delete()


def change_role(*, role: Role, permissions: frozenset[Permission]) -> None:
    """Save a role and make it grant exactly `permissions`. Raises LastAdministrator."""
    with keeping_administrators([role.organization_id]):
        role.save()
        grant_permissions(grants={role: permissions})


def grant_permissions(*, grants: Mapping[Role, frozenset[Permission]]) -> None:
    """Make each role grant exactly its permissions in `grants`."""
    granted = Group.permissions.through.objects
    ids = dict(GrantedPermission.objects.filter(codename__in=Permission.values).values_list("codename", "pk"))
    wanted = {(role.group_id, ids[each]) for role, permissions in grants.items() for each in permissions if each in ids}
    rows = granted.filter(group__in=[role.group_id for role in grants])
    existing = {
        (group, permission): pk for pk, group, permission in rows.values_list("pk", "group_id", "permission_id")
    }
    if surplus := [pk for pair, pk in existing.items() if pair not in wanted]:
        granted.filter(pk__in=surplus).delete()
    missing = sorted(wanted - existing.keys())
    pairs = [granted.model(group_id=group, permission_id=permission) for group, permission in missing]
    granted.bulk_create(pairs, ignore_conflicts=True)


def seed_roles(*, organization: Organization, works_in_admin: bool = False) -> list[Role]:
    """Create or repair the seeded roles of `organization`; custom roles are left alone. Idempotent.

    `works_in_admin` is for roles that are created; others keep theirs.
    """
    with transaction.atomic():
        roles = {role.name.lower(): role for role in organization.roles.all()}
        missing = [
            Role(id=new_id(), organization=organization, name=name, works_in_admin=works_in_admin)
            for name in ROLE_GRANTS
            if name.lower() not in roles
        ]
        _save_with_groups(missing)
        roles |= {role.name.lower(): role for role in missing}
        seeded = {roles[name.lower()]: permissions for name, permissions in ROLE_GRANTS.items()}
        grant_permissions(grants=seeded)
    return list(seeded)


def add_member(*, user: User, role: Role) -> Membership:
    """Give `user` the role; the first membership becomes the user's default. Idempotent."""
    with transaction.atomic():
        is_default = not user.memberships.filter(is_default=True).exists()
        membership, _ = Membership.objects.get_or_create(
            user=user, role=role, defaults={"organization_id": role.organization_id, "is_default": is_default}
        )
    return membership


def save_membership(*, membership: Membership) -> None:
    """Save a membership: in the organization of its role; the first one of a user is the default.

    Raises LastAdministrator if its new role replaces the role of the last administrator.
    """
    with keeping_administrators([membership.role.organization_id]):
        _save_membership(membership)


def save_memberships(*, saved: Collection[Membership], removed: Collection[Membership]) -> None:
    """Save and remove memberships, all or none, so that one role can replace another. Raises LastAdministrator."""
    with keeping_administrators(each.role.organization_id for each in [*saved, *removed]):
        for membership in saved:
            _save_membership(membership)
        for membership in removed:
            membership.delete()


def remove_memberships(*, memberships: Iterable[Membership]) -> None:
    """Remove memberships, all or none. Raises LastAdministrator."""
    save_memberships(saved=[], removed=list(memberships))


def deactivate_people(*, people: Collection[User]) -> None:
    """Deactivate accounts and revoke their tokens, all or none; their files stay. Raises LastAdministrator."""
    with keeping_administrators(organizations_of_people(*people)):
        User.objects.filter(pk__in=[person.pk for person in people]).update(is_active=False)
        revoke_tokens_of(people)


def require_administrator_without(*, person: User) -> None:
    """Raise LastAdministrator if only this person's password could still administer an organization.

    Changes nothing; the organizations stay locked until the end of the caller's transaction.
    """
    organizations = organizations_of_people(person)
    lock_organizations(organizations)
    with transaction.atomic():
        with keeping_administrators(organizations):
            User.objects.filter(pk=person.pk).update(password=make_password(None))
        transaction.set_rollback(True)


def _save_membership(membership: Membership) -> None:
    membership.organization_id = membership.role.organization_id
    if membership._state.adding:
        others = Membership.objects.filter(user_id=membership.user_id, is_default=True)
        membership.is_default = not others.exists()
    membership.save()


def system_user() -> User:
    """Return the system user, who owns files without an uploader, creating it the first time. It cannot sign in."""
    user = User.objects.filter(is_system=True).first()
    if user is None:
        fresh = User(username="system", display_name="System", is_system=True, is_active=False)
        fresh.set_unusable_password()
        User.objects.bulk_create([fresh], ignore_conflicts=True)
        user = User.objects.get(is_system=True)
    return user
