"""The family of errors that services raise, and the shape in which the API answers them."""

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _


class DomainError(Exception):
    """A request that cannot be fulfilled, with the HTTP status, a stable code and a sentence for people.

    `attr` names the field of the request that is wrong, if it is one field. `items` carries further machine-readable
    facts (ids, usages) that the API adds to the error as `items`. `retry_after` is in seconds.

    Classes mark their `detail` with `gettext_noop`; it is translated when the error is raised.
    """

    status = 400
    code = "invalid"
    detail = _("The request is not valid.")
    retry_after: int | None = None

    def __init__(self, detail: str = "", *, attr: str | None = None, code: str = "", items: list[Any] | None = None):
        self.detail = detail or gettext(self.detail)
        self.code = code or self.code
        self.attr = attr
        self.items = items
        super().__init__(self.detail)


class BadRequest(DomainError):
    """400: the request is malformed, or its host is not one of this installation."""

    code = "bad_request"
    detail = _("Bad request.")


class UnreadableHeader(DomainError):
    """400: a header that decides something contains bytes that are not ASCII."""

    code = "unreadable_header"


class RequestTimeout(DomainError):
    """408: the request body arrives too slowly, or has stopped."""

    status = 408
    code = "request_timeout"
    detail = _("The request body arrived too slowly.")


class HeadersTooLarge(DomainError):
    """431: the address and the headers together exceed the limit."""

    status = 431
    code = "headers_too_large"
    detail = _("The headers are too large: the limit is 64 KiB.")


class BodyTooLarge(DomainError):
    """413: the request body exceeds the limit of the endpoint."""

    status = 413
    code = "request_too_large"
    detail = _("The request body is too large.")


class Bug(DomainError):
    """500: an unexpected error. The answer says nothing about it."""

    status = 500
    code = "error"
    detail = _("Server Error (500)")


class Unavailable(DomainError):
    """503: a required service (store, database, scanner) does not answer; nothing was changed."""

    status = 503
    code = "unavailable"
    detail = _("A required service is not available. Try again later.")
    retry_after: int | None = 5


class Busy(Unavailable):
    """503: this process has reached a limit of its load."""

    code = "busy"
    detail = _("The server is overloaded. Try again in a moment.")
    retry_after = 1


class Invalid(DomainError):
    """400: a value of the request is not acceptable."""


class DoesNotExist(Invalid):
    """400: the body refers to a row that the organization does not have; rows of others answer the same."""

    code = "does_not_exist"
    detail = _("Object does not exist.")


class NotSignedIn(DomainError):
    """401: the caller has to sign in."""

    status = 401
    code = "not_authenticated"
    detail = _("Authentication credentials were not provided.")


class Denied(DomainError):
    """403: the caller may not do this."""

    status = 403
    code = "permission_denied"
    detail = _("You do not have permission to perform this action.")


class NotFound(DomainError):
    """404: the organization has no such row."""

    status = 404
    code = "not_found"
    detail = _("Not found.")


class Conflict(DomainError):
    """409: the current state of the row does not allow this."""

    status = 409
    code = "conflict"
    detail = _("The current state does not allow this.")


class InvalidTransition(Conflict):
    """409: there is no transition from the current status."""

    code = "invalid_transition"
    detail = _("The current status does not allow this.")


class SelectionChanged(Conflict):
    """409: the number of matching rows differs from the number that the caller was shown; `items` has both."""

    code = "selection_changed"

    def __init__(self, *, shown: int, matching: int, noun: str = "file", plural: str = "files"):
        before = ngettext("%(count)s %(noun)s was shown", "%(count)s %(nouns)s were shown", shown)
        now = ngettext("%(count)s matches now", "%(count)s match now", matching)
        sentence = gettext("%(before)s, %(now)s. Nothing was changed.") % {
            "before": before % {"count": f"{shown:,}", "noun": noun, "nouns": plural},
            "now": now % {"count": f"{matching:,}"},
        }
        super().__init__(sentence, attr="count", items=[{"shown": shown, "matching": matching}])


class InUse(Conflict):
    """409: the row is in use; `items` lists the usages that the caller may see."""

    code = "in_use"
    detail = _("This is in use.")


class Gone(DomainError):
    """410: it existed and has expired."""

    status = 410
    code = "gone"
    detail = _("This is no longer available.")


class PreconditionFailed(DomainError):
    """412: the row has changed since the caller read it (`If-Match`)."""

    status = 412
    code = "precondition_failed"
    detail = _("The row has changed since it was read.")


class TooManyOpen(DomainError):
    """429: the caller has too many unfinished requests or sessions."""

    status = 429
    code = "throttled"
    detail = _("Too many unfinished requests.")
    retry_after = 60


class Outage(Exception):
    """A required service does not answer. The message is for the log; callers get `Unavailable`."""


def error_body(*, status: int, code: str, detail: str) -> dict[str, Any]:
    """Return the API's error shape with one error."""
    kind = "server_error" if status >= 500 else "client_error"
    return {"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}
