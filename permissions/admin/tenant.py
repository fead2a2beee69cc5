"""The organization that a person acts in while using the admin.

A page shows one organization, and every request of that page names it: forms in a hidden field, scripts in a header,
links to other pages in a parameter once another tab has chosen another organization (decision 0005).
"""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from common.errors import Invalid
from permissions.access import Access
from permissions.admin.request_state import state_of
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


def admin_access(request: HttpRequest) -> Access:
    """Return what the signed-in person may do in the organization of the page that the request comes from.

    The membership is looked up on every request, so that a person removed from an organization loses access at the
    next request. A read that names no organization opens a page in the one that the session chose. Raises NotAMember if
    the person may not act in the named one, Invalid if two are named, OrganizationNotNamed for a write that names no
    organization although the person belongs to several.
    """
    state = state_of(request)
    if not hasattr(state, "admin_access"):
        state.admin_access = _access_of_page(request)
    return state.admin_access


def person_of(request: HttpRequest) -> User:
    """Return the person who makes a request of the admin, where everyone is signed in."""
    return cast(User, request.user)


def require_person_of_page(request: HttpRequest) -> None:
    """Raise AnotherPerson if the page of the request was opened by a person who has signed out since."""
    names = [request.headers.get(PERSON_HEADER, "")]
    names += request.POST.getlist(PERSON_FIELD) if request.method == "POST" else []
    for name in names:
        require_person(person_of(request), name)


def named_organization(request: HttpRequest) -> str:
    """Return the organization (id, slug or "all") that the request names, empty for none."""
    return next(iter(_names(request)), "")


def _names(request: HttpRequest) -> list[str]:
    """Return every organization that the request names: the address may have its slug and the form its id."""
    state = state_of(request)
    if not hasattr(state, "organization_names"):
        names = [*request.GET.getlist(FIELD), request.headers.get(HEADER, "")]
        names += request.POST.getlist(FIELD) if request.method == "POST" else []
        state.organization_names = [name for name in dict.fromkeys(map(str.strip, names)) if name]
    return state.organization_names


def page_organization(access: Access) -> str:
    """Return the organization that requests of a page with `access` name; empty without an organization."""
    if access.everywhere:
        return EVERYWHERE
    return str(access.organization_id) if access.organization_id else ""


def session_access(request: HttpRequest) -> Access:
    """Return the access in the organization that the session chose, also where the request names another one.

    Without a choice it is the default membership; superusers then act in all organizations. Staff without any
    membership get an `Access` that grants nothing.
    """
    return _resolve(person_of(request), request.session.get(SESSION_KEY, ""))


def act_by_session(request: HttpRequest) -> None:
    """Let `request` act in the organization of the session, for pages about the person and for error pages."""
    state = state_of(request)
    state.admin_access, state.organization_names = session_access(request), []


def leaves_session_organization(request: HttpRequest) -> bool:
    """Tell whether the request acts in another organization than a link without an organization would."""
    access = admin_access(request)
    if not named_organization(request) or request.session.get(SESSION_KEY) == page_organization(access):
        return False
    return page_organization(session_access(request)) != page_organization(access)


def has_organization(access: Access) -> bool:
    """Tell whether `access` has an organization to act in, or acts in all of them."""
    return access.everywhere or access.organization_id is not None


def choose_organization(request: HttpRequest, name: str) -> None:
    """Act in the organization `name` (an id, or "all" for superusers) from now on.

    Raises NotAMember where the person may not, or where there is no such organization.
    """
    if not name:
        raise NotAMember
    if name == EVERYWHERE:
        access_everywhere(person_of(request))
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
    user = person_of(request)
    named = [access_everywhere(user) if name == EVERYWHERE else access_of(user, name) for name in _names(request)]
    if len(set(map(page_organization, named))) > 1:
        raise Invalid(_("The request names two organizations."), attr=FIELD)
    if named:
        return named[0]
    if request.method not in READS and _is_ambiguous(request):
        raise OrganizationNotNamed
    return session_access(request)


def _is_ambiguous(request: HttpRequest) -> bool:
    """Tell whether a page of this session may show another organization than the one that the session has chosen now.

    Pages of a superuser who has chosen none show all organizations, and their forms name each row's own.
    """
    user = person_of(request)
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
    """Return the access of a session without a choice, for one whose choice is no longer valid."""
    try:
        return access_everywhere(user) if user.is_superuser else access_of(user)
    except NotAMember:
        return Access(user_id=user.pk, organization_id=None)
