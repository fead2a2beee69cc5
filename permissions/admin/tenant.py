"""The organization that a person acts in while using the admin.

A page shows one organization, and every request of that page names it: forms in a hidden field, scripts in a header,
links to other pages in a parameter once another tab has chosen another organization (decision 0005).
"""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest

from common.errors import Invalid
from permissions.access import Access
from permissions.context import access_everywhere, access_of, require_person
from permissions.errors import NotAMember, OrganizationNotNamed
from permissions.models import Membership, Organization, User

SESSION_KEY = "admin_organization"
EVERYWHERE = "all"
FIELD = "_organization"  # of forms, and the parameter of addresses
HEADER = "X-Organization"
PERSON_FIELD = "_person"
PERSON_HEADER = "X-Person"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class BoundRequest(HttpRequest):
    """What is kept of a request once it is known: the one place where these attributes are named."""

    _admin_access: Access
    _organization_names: list[str]


def admin_access(request: HttpRequest) -> Access:
    """Return what the signed-in person may do in the organization of the page that the request comes from.

    The membership is looked up on every request, so that a person removed from an organization is out with the next
    click. A read that names no organization opens a page in the one that the session chose. Raises NotAMember where
    the person may not act in the named one, Invalid where two are named, OrganizationNotNamed for a write that names
    none while there are several it could mean.
    """
    if not hasattr(request, "_admin_access"):
        request._admin_access = _access_of_page(request)
    return request._admin_access


def require_person_of_page(request: HttpRequest) -> None:
    """Raise AnotherPerson where the page that the request comes from was opened by a person signed out since."""
    given = [request.headers.get(PERSON_HEADER, "")]
    given += request.POST.getlist(PERSON_FIELD) if request.method == "POST" else []
    for name in given:
        require_person(cast(User, request.user), name)


def named_organization(request: HttpRequest) -> str:
    """Return the organization (id, slug or "all") that the request names, empty for none."""
    return next(iter(_names(request)), "")


def _names(request: HttpRequest) -> list[str]:
    """Every name that the request gives; an address and the form on its page may have the slug and the id."""
    bound = cast(BoundRequest, request)
    if not hasattr(bound, "_organization_names"):
        given = [*request.GET.getlist(FIELD), request.headers.get(HEADER, "")]
        given += request.POST.getlist(FIELD) if request.method == "POST" else []
        bound._organization_names = [name for name in dict.fromkeys(map(str.strip, given)) if name]
    return bound._organization_names


def page_organization(access: Access) -> str:
    """Return the name that requests of a page drawn with `access` carry; empty where there is none to act in."""
    if access.everywhere:
        return EVERYWHERE
    return str(access.organization_id) if access.organization_id else ""


def session_access(request: HttpRequest) -> Access:
    """Return the access in the organization that the session chose, whatever the request names.

    Without a choice it is the default membership; superusers then act in all organizations. Staff without any
    membership get an `Access` that grants nothing.
    """
    return _resolve(cast(User, request.user), request.session.get(SESSION_KEY, ""))


def act_by_session(request: HttpRequest) -> None:
    """Let `request` act in the session's choice: for what is about the person, and for the page of a refusal."""
    bound = cast(BoundRequest, request)
    bound._admin_access, bound._organization_names = session_access(request), []


def is_astray(request: HttpRequest) -> bool:
    """Tell whether the request acts elsewhere than a link without the organization's name would lead."""
    access = admin_access(request)
    if not named_organization(request) or request.session.get(SESSION_KEY) == page_organization(access):
        return False
    return page_organization(session_access(request)) != page_organization(access)


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


def _access_of_page(request: HttpRequest) -> Access:
    user = cast(User, request.user)
    found = [access_everywhere(user) if name == EVERYWHERE else access_of(user, name) for name in _names(request)]
    if len(set(map(page_organization, found))) > 1:
        raise Invalid("The request names two organizations.", attr=FIELD)
    if found:
        return found[0]
    if request.method not in READS and _is_ambiguous(request):
        raise OrganizationNotNamed
    return session_access(request)


def _is_ambiguous(request: HttpRequest) -> bool:
    """A page of this session may have shown another organization than the session's choice of now.

    Pages of a superuser who has chosen none show all organizations, and their forms name each row's own.
    """
    user = cast(User, request.user)
    if user.is_superuser:
        return bool(request.session.get(SESSION_KEY))
    return organizations_of(user)[:2].count() > 1


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
