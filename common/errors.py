"""The base of all errors, those of HTTP itself, and the one shape in which they are answered."""

from typing import Any


class DomainError(Exception):
    """A request that cannot be fulfilled, with the HTTP status, a stable code and a sentence for a person.

    `attr` names the offending field of the request, where there is one. `items` carries further machine-readable
    facts (ids, usages) that the API adds to the error as `items`. `retry_after` is in seconds.
    """

    status = 400
    code = "invalid"
    detail = "The request is not valid."
    retry_after: int | None = None

    def __init__(self, detail: str = "", *, attr: str | None = None, code: str = "", items: list | None = None):
        self.detail = detail or self.detail
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
    retry_after = 5


class Busy(Unavailable):
    """503: this process has as much to do as it may take on."""

    code = "busy"
    detail = "The server has too much to do. Try again in a moment."
    retry_after = 1


def error_body(*, status: int, code: str, detail: str) -> dict[str, Any]:
    """Return the API's error shape with one error."""
    kind = "server_error" if status >= 500 else "client_error"
    return {"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}
