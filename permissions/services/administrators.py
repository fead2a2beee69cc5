"""Every organization keeps administrators: people who can repair it and grant what could be granted before."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.utils.translation import gettext as _

from permissions.choices import Permission
from permissions.errors import LastAdministrator
from permissions.models import Membership, Organization, User
from permissions.roles import REPAIRS

_SIGNS_IN, _EXISTS, _MISSING = 2, 1, 0
_MAX_LABELS = 3  # permissions in the sentence of a refusal

Strengths = dict[Permission, int]


@contextmanager
def keeping_administrators(organizations: Iterable[UUID]) -> Iterator[None]:
    """Roll the block back and raise LastAdministrator if one of `organizations` would lose its last administrator.

    An administrator is an active member whose roles grant REPAIRS. One who can sign in to the admin, as staff or by a
    role and with a password, ranks above one who cannot. Every permission that an administrator had must still be held
    by an administrator of the same rank, since only people with a permission can grant it. Organizations are locked in
    order of id until the end of the transaction, so that two administrators cannot remove each other. At most six
    queries.
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
    remedy = _("First give another active member of staff a role with the same permissions.")
    if REPAIRS.intersection(lost):
        loss = _("%(organization)s would be left without an administrator.") % {"organization": name}
        raise LastAdministrator(f"{loss} {remedy}")
    labels = ", ".join(f"“{each.label}”" for each in lost[:_MAX_LABELS])
    if len(lost) > _MAX_LABELS:
        labels = _("%(labels)s and %(count)s more") % {"labels": labels, "count": len(lost) - _MAX_LABELS}
    loss = _("No administrator of %(organization)s could grant %(labels)s any more.")
    raise LastAdministrator(f"{loss % {'organization': name, 'labels': labels}} {remedy}")


def lock_organizations(organizations: Iterable[UUID]) -> dict[UUID, str]:
    """Lock organizations for the current transaction, before rows of their people and roles; return their names."""
    rows = Organization.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(organizations))
    return dict(rows.order_by("pk").values_list("pk", "name"))


def organizations_of_people(*people: User) -> list[UUID]:
    """Return the ids of the organizations in which one of `people` has a role."""
    rows = Membership.objects.filter(user__in=[person.pk for person in people])
    return list(rows.order_by().values_list("organization_id", flat=True).distinct())


def _strengths(organizations: Iterable[UUID]) -> dict[UUID, Strengths]:
    """Return, by organization and permission, the strength of the strongest administrator who has the permission."""
    held = "role__group__permissions__codename"
    members = Membership.objects.filter(organization__in=list(organizations), user__is_active=True).order_by()
    in_admin = Membership.objects.filter(role__works_in_admin=True, organization__is_active=True)
    may_enter = Q(user__is_staff=True) | Q(user__in=in_admin.values("user"))
    signs_in = may_enter & ~Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    people = members.values("organization_id", "user_id", signs_in=ExpressionWrapper(signs_in, BooleanField()))
    repairing = people.filter(**{f"{held}__in": [each.value for each in REPAIRS]})
    administrators = repairing.annotate(kinds=Count(held, distinct=True)).filter(kinds=len(REPAIRS))
    strengths = {
        (row["organization_id"], row["user_id"]): _SIGNS_IN if row["signs_in"] else _EXISTS for row in administrators
    }
    best: dict[UUID, Strengths] = {}
    rows = members.filter(user__in={user for _organization, user in strengths}, **{f"{held}__in": Permission.values})
    for organization, user, codename in rows.values_list("organization_id", "user_id", held).distinct():
        of_organization, permission = best.setdefault(organization, {}), Permission(codename)
        strength = strengths.get((organization, user), _MISSING)
        of_organization[permission] = max(strength, of_organization.get(permission, _MISSING))
    return best
