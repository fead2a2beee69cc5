"""What can go wrong, as a small family. Services raise these; one handler turns them into the API's error shape."""

from common.errors import BodyTooLarge as BodyTooLarge
from common.errors import DomainError
from common.errors import Unavailable as Unavailable
from common.errors import error_body as error_body


class Invalid(DomainError):
    """400: the request names something that is not acceptable."""


class DoesNotExist(Invalid):
    """400: the body refers to a row that does not exist here; a foreign organization's row answers the same."""

    code = "does_not_exist"
    detail = "Object does not exist."


class NotSignedIn(DomainError):
    """401: this needs a signed-in caller."""

    status = 401
    code = "not_authenticated"
    detail = "Authentication credentials were not provided."


class AnotherPerson(NotSignedIn):
    """401: the page that asks was opened by a person in whose place another has signed in since."""

    code = "another_person"
    detail = "Another person has signed in in this browser since the page was opened. Nothing was changed: reload it."


class Denied(DomainError):
    """403: the caller may not do this."""

    status = 403
    code = "permission_denied"
    detail = "You do not have permission to perform this action."


class NotAMember(Denied):
    """403: the named organization does not exist or the caller is no member; both look alike."""

    code = "not_a_member"
    detail = "You are not a member of that organization."


class OrganizationNotNamed(DomainError):
    """400: a write does not say in which of the caller's organizations it acts."""

    code = "organization_not_named"
    detail = "The form does not say which organization it is about, and you belong to several. Nothing was changed."


class NotFound(DomainError):
    """404: no such row here."""

    status = 404
    code = "not_found"
    detail = "Not found."


class Conflict(DomainError):
    """409: the row's state does not allow this now."""

    status = 409
    code = "conflict"
    detail = "The current state does not allow this."


class InvalidTransition(Conflict):
    """409: the row's status does not lead there."""

    code = "invalid_transition"
    detail = "The present status does not allow this."


class SelectionChanged(Conflict):
    """409: another number of rows matches than the caller was shown; nothing was done. `items` has both numbers."""

    code = "selection_changed"

    def __init__(self, *, shown: int, matching: int, noun: str = "file", plural: str = "files"):
        nouns = f"{noun} was" if shown == 1 else f"{plural} were"
        match = "matches" if matching == 1 else "match"
        super().__init__(
            f"{shown:,} {nouns} shown, {matching:,} {match} now. Nothing was changed.",
            attr="count",
            items=[{"shown": shown, "matching": matching}],
        )


class InUse(Conflict):
    """409: the file is used somewhere; `items` lists the usages the caller may see."""

    code = "in_use"
    detail = "This is in use."


class LastAdministrator(Conflict):
    """409: the organization would be left without a person who can repair it, or grant what could be granted so far."""

    code = "last_administrator"
    detail = "The organization would be left without an administrator."


class Gone(DomainError):
    """410: it existed, and its time is over."""

    status = 410
    code = "gone"
    detail = "This is no longer available."


class PreconditionFailed(DomainError):
    """412: the row changed since the caller read it (`If-Match`)."""

    status = 412
    code = "precondition_failed"
    detail = "The row has changed since it was read."


class TooManyOpen(DomainError):
    """429: the caller holds too many unfinished things at once."""

    status = 429
    code = "throttled"
    detail = "Too many unfinished requests."
    retry_after = 60


class Outage(Exception):
    """A part this depends on does not answer. Its message is for the log alone; callers see `Unavailable`."""
