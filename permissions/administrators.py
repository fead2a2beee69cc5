"""An organization keeps at least one person who can repair it, whichever way somebody leaves or loses a role."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from permissions.choices import REPAIRS
from permissions.errors import LastAdministrator
from permissions.models import Membership, Organization, User

_SIGNS_IN, _EXISTS, _MISSING = 2, 1, 0


@contextmanager
def keeping_administrators(organizations: Iterable[UUID]) -> Iterator[None]:
    """Undo what is done inside, and raise LastAdministrator, where it leaves one of `organizations` without repair.

    An administrator is an active member whose roles hold REPAIRS; one who can sign in to the admin, as staff with a
    password, counts for more.
    An organization that had none before is left alone. Organizations are locked in order of id until the end of the
    transaction, so that two administrators cannot remove each other. Four queries.
    """
    with transaction.atomic():
        names = lock_organizations(organizations)
        before = _strengths(names)
        yield
        after = _strengths(names)
        for pk, name in names.items():
            if after.get(pk, _MISSING) < before.get(pk, _MISSING):
                raise LastAdministrator(
                    f"{name} would be left without an administrator. First give another active member of staff "
                    "a role with the same permissions."
                )


def lock_organizations(organizations: Iterable[UUID]) -> dict[UUID, str]:
    """Lock organizations for the transaction under way, before rows of their people and roles; return the names."""
    rows = Organization.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(organizations))
    return dict(rows.order_by("pk").values_list("pk", "name"))


def organizations_of_people(*people: User) -> list[UUID]:
    """Return the organizations in which one of `people` has a role."""
    rows = Membership.objects.filter(user__in=[person.pk for person in people])
    return list(rows.order_by().values_list("organization_id", flat=True).distinct())


def _strengths(organizations: Iterable[UUID]) -> dict[UUID, int]:
    """Of each organization, how well its best administrator can repair it."""
    held = "role__group__permissions__codename"
    rows = Membership.objects.filter(
        organization__in=list(organizations), user__is_active=True, **{f"{held}__in": [each.value for each in REPAIRS]}
    )
    signs_in = Q(user__is_staff=True) & ~Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    people = rows.order_by().values("organization_id", "user_id", signs_in=ExpressionWrapper(signs_in, BooleanField()))
    whole = people.annotate(kinds=Count(held, distinct=True)).filter(kinds=len(REPAIRS))
    best: dict[UUID, int] = {}
    for row in whole:
        strength = _SIGNS_IN if row["signs_in"] else _EXISTS
        best[row["organization_id"]] = max(strength, best.get(row["organization_id"], _MISSING))
    return best
