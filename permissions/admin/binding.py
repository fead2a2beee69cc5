"""The organization that a person acts in while using the admin."""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest

from permissions.access import Access
from permissions.errors import NotAMember
from permissions.models import Membership, Organization, User
from permissions.resolving import access_everywhere, access_of

SESSION_KEY = "admin_organization"
EVERYWHERE = "all"


def admin_access(request: HttpRequest) -> Access:
    """Return what the signed-in person may do in the organization that the session chose.

    The membership is looked up again on every request, so that somebody removed from an organization is out with the
    next click. Without a choice it is the default membership; superusers then act in all organizations. Staff without
    any membership get an `Access` that grants nothing.
    """
    if not hasattr(request, "_admin_access"):
        chosen = request.session.get(SESSION_KEY, "")
        request._admin_access = _resolve(cast(User, request.user), chosen)
    return request._admin_access


def is_bound(access: Access) -> bool:
    """Tell whether there is any organization to act in."""
    return access.everywhere or access.organization_id is not None


def choose_organization(request: HttpRequest, name: str) -> None:
    """Act in the organization `name` (an id, or "all" for superusers) from now on.

    Raises NotAMember where the person may not, or where there is no such organization.
    """
    if not name:
        raise NotAMember
    if name == EVERYWHERE:
        access_everywhere(cast(User, request.user))
    else:
        access_of(request.user, name)
    request.session[SESSION_KEY] = name


def organizations_of(user: User) -> QuerySet[Organization]:
    """Return the organizations that `user` may switch to."""
    active = Organization.objects.filter(is_active=True)
    if user.is_superuser:
        return active
    return active.filter(pk__in=Membership.objects.filter(user=user).values("organization_id"))


def _resolve(user: User, chosen: str) -> Access:
    if user.is_superuser and chosen in ("", EVERYWHERE):
        return access_everywhere(user)
    try:
        return access_of(user, chosen)
    except NotAMember:
        return _default(user)


def _default(user: User) -> Access:
    """The choice no longer holds: fall back as if none had been made."""
    try:
        return access_everywhere(user) if user.is_superuser else access_of(user)
    except NotAMember:
        return Access(user_id=user.pk, organization_id=None)
