"""What can go wrong, as a family of errors, and the one shape in which they are answered. Services raise these."""

from typing import Any

from django.utils.translation import gettext


class DomainError(Exception):
    """A request that cannot be fulfilled, with the HTTP status, a stable code and a sentence for a person.

    `attr` names the offending field of the request, where there is one. `items` carries further machine-readable
    facts (ids, usages) that the API adds to the error as `items`. `retry_after` is in seconds.

    Classes mark their `detail` with `gettext_noop`; it is translated when the error is raised.
    """

    status = 400
    code = "invalid"
    detail = "The request is not valid."
    retry_after: int | None = None

    def __init__(self, detail: str = "", *, attr: str | None = None, code: str = "", items: list | None = None):
        self.detail = detail or gettext(self.detail)
        self.code = code or self.code
        self.attr = attr
        self.items = items
        super().__init__(self.detail)


class BadRequest(DomainError):
    """400: what was sent is no request that could be read, or names a host that is not ours."""

    code = "bad_request"
    detail = "Bad request."


class UnreadableHeader(DomainError):
    """400: a header holds bytes that are no ASCII; acting as if it had not been sent would be guessing."""

    code = "unreadable_header"


class RequestTimeout(DomainError):
    """408: the body came too slowly, or stopped coming."""

    status = 408
    code = "request_timeout"
    detail = "The body came too slowly."


class HeadersTooLarge(DomainError):
    """431: the address and the headers together are larger than any that is read."""

    status = 431
    code = "headers_too_large"
    detail = "The headers are too large."


class BodyTooLarge(DomainError):
    """413: the body is larger than this endpoint reads."""

    status = 413
    code = "request_too_large"
    detail = "The request body is too large."


class Bug(DomainError):
    """500: shows nothing of what happened."""

    status = 500
    code = "error"
    detail = "Server Error (500)"


class Unavailable(DomainError):
    """503: a part this depends on (storage, database, scanner) does not answer; nothing was changed."""

    status = 503
    code = "unavailable"
    detail = "A required service is not available. Try again later."
    retry_after: int | None = 5


class Busy(Unavailable):
    """503: this process has as much to do as it may take on."""

    code = "busy"
    detail = "The server has too much to do. Try again in a moment."
    retry_after = 1


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


class Denied(DomainError):
    """403: the caller may not do this."""

    status = 403
    code = "permission_denied"
    detail = "You do not have permission to perform this action."


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


def error_body(*, status: int, code: str, detail: str) -> dict[str, Any]:
    """Return the API's error shape with one error."""
    kind = "server_error" if status >= 500 else "client_error"
    return {"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}
