"""The first organization, administrator and quota of an installation without accounts.

The browser asks for a code that the terminal prints: only whoever started the installation may set it up.
"""

from dataclasses import dataclass

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_noop as _

from common.errors import Conflict
from permissions.models import Organization, User
from permissions.services.memberships import add_member, create_organization

CODE_SALT, CODE_AGE = "permissions.installation", 24 * 3600  # seconds
ADMINISTRATOR = "Administrator"


class AlreadySetUp(Conflict):
    """409: the installation has accounts."""

    code = "already_set_up"
    detail = _("This installation is set up already. Sign in, or ask an administrator for an invitation.")


class SlugTaken(Conflict):
    """409: an organization has this slug."""

    code = "slug_taken"
    detail = _("An organization has this slug already.")


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What the first organization is called, and how many bytes it may store (None: no limit)."""

    name: str
    slug: str
    quota: int | None = None


def has_accounts() -> bool:
    """Tell whether there is a person who could sign in. The owner of imported files is none."""
    return User.objects.filter(is_system=False).exists()


def make_code() -> str:
    """Return a code that opens the page of the first set-up, for CODE_AGE or until the first account exists."""
    return signing.dumps("setup", salt=CODE_SALT)


def is_code(code: str) -> bool:
    """Tell whether `make_code` made this code in the last CODE_AGE seconds."""
    try:
        return signing.loads(code, salt=CODE_SALT, max_age=CODE_AGE) == "setup"
    except (signing.BadSignature, ValueError, TypeError):
        return False


def set_up(*, organization: NewOrganization, administrator: User) -> Organization:
    """Save the administrator, a superuser, and create the organization, which lists nothing publicly.

    Raises AlreadySetUp if there is an account, SlugTaken. Two at once cannot both succeed: the second waits for the row
    of the default organization, or cannot insert another one.
    """
    try:
        with transaction.atomic():
            default = Organization.objects.select_for_update().filter(is_default=True).first()
            if has_accounts():
                raise AlreadySetUp
            if Organization.objects.filter(slug=organization.slug).exists():
                raise SlugTaken(attr="slug")
            made = create_organization(
                slug=organization.slug, name=organization.name, is_default=default is None, works_in_admin=True
            )
            made.storage_quota, made.public_listing = organization.quota, False
            made.save(update_fields=["storage_quota", "public_listing"])
            administrator.is_staff = administrator.is_superuser = True
            administrator.save(force_insert=True)
            add_member(user=administrator, role=made.roles.get(name=ADMINISTRATOR))
    except IntegrityError:
        raise AlreadySetUp from None
    return made


def proposed_slug(name: str) -> str:
    """Return a slug for an organization of this name that no other one has."""
    base = slug_of(name)
    taken = set(Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = next(number for number in range(1, len(taken) + 2) if _numbered(base, number) not in taken)
    return _numbered(base, number)


def slug_of(name: str) -> str:
    """Return the slug of a name, whether another organization has it or not."""
    return slugify(name)[:50] or "organization"


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}-{number}"
