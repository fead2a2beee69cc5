"""An organization keeps people who can repair it and grant all that could be granted, whichever way one leaves."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from permissions.choices import REPAIRS, Permission
from permissions.errors import LastAdministrator
from permissions.models import Membership, Organization, User

_SIGNS_IN, _EXISTS, _MISSING = 2, 1, 0
_NAMED = 3  # permissions in the sentence of a refusal

Strengths = dict[Permission, int]


@contextmanager
def keeping_administrators(organizations: Iterable[UUID]) -> Iterator[None]:
    """Undo what is done inside, and raise LastAdministrator, where one of `organizations` could not take it back.

    An administrator is an active member whose roles hold REPAIRS; one who can sign in to the admin, as staff with a
    password, counts for more. Only those who hold a permission hand it out, so each permission that an administrator
    holds keeps one. What no administrator held before is left alone. Organizations are locked in order of id until the
    end of the transaction, so that two administrators cannot remove each other. Six queries at most.
    """
    with transaction.atomic():
        names = lock_organizations(organizations)
        before = _strengths(names)
        yield
        after = _strengths(names)
        for pk, name in names.items():
            _require_no_loss(name, before.get(pk, {}), after.get(pk, {}))


def _require_no_loss(name: str, before: Strengths, after: Strengths) -> None:
    lost = [each for each in Permission if after.get(each, _MISSING) < before.get(each, _MISSING)]
    if not lost:
        return
    first = "First give another active member of staff a role with the same permissions."
    if REPAIRS.intersection(lost):
        raise LastAdministrator(f"{name} would be left without an administrator. {first}")
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    labels = ", ".join(f"“{each.label}”" for each in lost[:_NAMED]) + more
    raise LastAdministrator(f"No administrator of {name} could grant {labels} any more. {first}")


def lock_organizations(organizations: Iterable[UUID]) -> dict[UUID, str]:
    """Lock organizations for the transaction under way, before rows of their people and roles; return the names."""
    rows = Organization.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(organizations))
    return dict(rows.order_by("pk").values_list("pk", "name"))


def organizations_of_people(*people: User) -> list[UUID]:
    """Return the organizations in which one of `people` has a role."""
    rows = Membership.objects.filter(user__in=[person.pk for person in people])
    return list(rows.order_by().values_list("organization_id", flat=True).distinct())


def _strengths(organizations: Iterable[UUID]) -> dict[UUID, Strengths]:
    """Of each organization and permission, how well the best administrator who holds it can hand it out."""
    held = "role__group__permissions__codename"
    members = Membership.objects.filter(organization__in=list(organizations), user__is_active=True).order_by()
    signs_in = Q(user__is_staff=True) & ~Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    people = members.values("organization_id", "user_id", signs_in=ExpressionWrapper(signs_in, BooleanField()))
    repairing = people.filter(**{f"{held}__in": [each.value for each in REPAIRS]})
    whole = repairing.annotate(kinds=Count(held, distinct=True)).filter(kinds=len(REPAIRS))
    strengths = {(row["organization_id"], row["user_id"]): _SIGNS_IN if row["signs_in"] else _EXISTS for row in whole}
    best: dict[UUID, Strengths] = {}
    rows = members.filter(user__in={user for _organization, user in strengths}, **{f"{held}__in": Permission.values})
    for organization, user, codename in rows.values_list("organization_id", "user_id", held).distinct():
        of_organization, permission = best.setdefault(organization, {}), Permission(codename)
        strength = strengths.get((organization, user), _MISSING)
        of_organization[permission] = max(strength, of_organization.get(permission, _MISSING))
    return best
