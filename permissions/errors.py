"""Errors about people and organizations, children of those in `common.errors`."""

from django.utils.translation import gettext_noop as _

from common.errors import Conflict, Denied, DomainError, Invalid, NotSignedIn


class AnotherPerson(NotSignedIn):
    """401: another person has signed in since the page was opened."""

    code = "another_person"
    detail = _("Another person has signed in since this page was opened. Nothing was changed: reload the page.")


class NotAMember(Denied):
    """403: the named organization does not exist, or the caller is not a member of it; the answer is the same."""

    code = "not_a_member"
    detail = _("You are not a member of that organization.")


class NoOrganization(NotAMember):
    """403: the caller, who names no organization, belongs to none."""

    detail = _(
        "You do not belong to an organization yet. Ask an administrator of your organization for an invitation; "
        "superusers add organizations and members in the admin."
    )


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


class WrongPassword(Invalid):
    """400: the present password of the person is another one."""

    code = "wrong_password"
    detail = _("This is not your present password.")


class WeakPassword(Invalid):
    """400: the new password is too short, too common, or too similar to the name."""

    code = "weak_password"


class InvalidLink(Invalid):
    """400: a link to a new password, or an invitation, that is wrong, used or expired."""

    code = "invalid_token"
    detail = _("This link is not valid any more: it was used, or its time is over. Ask for a new one.")
