"""The organizations and people of a demonstration. All share one password."""

import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from common.errors import Invalid
from common.passwords import composed
from permissions.models import Organization, Role, User
from permissions.services.memberships import add_member, create_organization

ORGANIZATIONS = {"demo": "Demo Studio", "acme": "Acme Press"}  # the first is the installation's default
ROLES = {"admin": "Administrator", "creator": "Creator", "member": "Member"}
SUPERUSER = "admin"
PEOPLE = {
    "demo-admin": "Ada Demo",
    "demo-creator": "Chris Demo",
    "demo-member": "Mia Demo",
    "acme-admin": "Abel Acme",
    "acme-creator": "Cora Acme",
    "acme-member": "Max Acme",
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of the demonstration, and the password if this call has set one."""

    usernames: list[str]
    password: str = ""


def create_accounts(*, password: str = "", new_password: bool = False) -> Accounts:
    """Create what is missing of the demonstration's organizations and people. Idempotent.

    Existing accounts keep their password unless `new_password`. An empty `password` means a generated one.
    """
    password = password or secrets.token_urlsafe(12)
    hashed = make_password(composed(password))  # once for all accounts: hashing is slow on purpose
    with transaction.atomic():
        for slug, name in ORGANIZATIONS.items():
            _create_organization(slug, name)
        created = [_create_person(username, hashed) for username in (SUPERUSER, *PEOPLE)]
        if new_password:
            User.objects.filter(username__in=[SUPERUSER, *PEOPLE]).update(password=hashed)
    return Accounts([SUPERUSER, *PEOPLE], password if any(created) or new_password else "")


def _create_organization(slug: str, name: str) -> None:
    if not Organization.objects.filter(slug=slug).exists():
        first = slug == next(iter(ORGANIZATIONS)) and not Organization.objects.filter(is_default=True).exists()
        create_organization(slug=slug, name=name, is_default=first)


def _create_person(username: str, hashed: str) -> bool:
    """Create one account with its role; return whether it was missing."""
    is_superuser = username == SUPERUSER
    user, created = User.objects.get_or_create(
        username=username,
        defaults={
            "password": hashed,
            "email": f"{username}@example.com",
            "display_name": PEOPLE.get(username, "Administrator"),
            "is_staff": True,  # every role uses the library in the admin
            "is_superuser": is_superuser,
        },
    )
    if not is_superuser:
        slug, role = username.split("-")
        add_member(user=user, role=_role(slug, ROLES[role]))
    return created


def _role(slug: str, name: str) -> Role:
    """Return a role of an organization. Raises Invalid where it was deleted or renamed."""
    role = Role.objects.filter(organization__slug=slug, name=name).first()
    if role is None:
        text = "The organization %(slug)s has no role %(name)s. Create this role, then run the command again."
        raise Invalid(text % {"slug": slug, "name": name})
    return role
