"""Errors about people and organizations, children of those in `common.errors`."""

from django.utils.translation import gettext_noop as _

from common.errors import Conflict, Denied, DomainError, NotSignedIn


class AnotherPerson(NotSignedIn):
    """401: another person has signed in since the page was opened."""

    code = "another_person"
    detail = _("Another person has signed in since this page was opened. Nothing was changed: reload the page.")


class NotAMember(Denied):
    """403: the named organization does not exist, or the caller is not a member of it; the answer is the same."""

    code = "not_a_member"
    detail = _("You are not a member of that organization.")


class OutOfScope(Denied):
    """403: the scope of the token leaves the action out, whatever its owner may do."""

    detail = _("The scope of this token does not allow this.")


class OrganizationNotNamed(DomainError):
    """400: a write does not name one of the several organizations of the caller."""

    code = "organization_not_named"
    detail = _("The form does not name an organization, and you belong to several. Nothing was changed.")


class LastAdministrator(Conflict):
    """409: no administrator could repair the organization any more, or grant a permission that can be granted now."""

    code = "last_administrator"
    detail = _("The organization would be left without an administrator.")
