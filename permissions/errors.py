"""What can go wrong with people and organizations; see `common.errors` for the family."""

from common.errors import Conflict, Denied, DomainError, NotSignedIn


class AnotherPerson(NotSignedIn):
    """401: the page that asks was opened by a person in whose place another has signed in since."""

    code = "another_person"
    detail = "Another person has signed in in this browser since the page was opened. Nothing was changed: reload it."


class NotAMember(Denied):
    """403: the named organization does not exist or the caller is no member; both look alike."""

    code = "not_a_member"
    detail = "You are not a member of that organization."


class OrganizationNotNamed(DomainError):
    """400: a write does not say in which of the caller's organizations it acts."""

    code = "organization_not_named"
    detail = "The form does not say which organization it is about, and you belong to several. Nothing was changed."


class LastAdministrator(Conflict):
    """409: the organization would be left without a person who can repair it, or grant what could be granted so far."""

    code = "last_administrator"
    detail = "The organization would be left without an administrator."
