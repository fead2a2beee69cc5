"""Every error of the API in one shape: `{"type", "errors": [{"code", "detail", "attr"}]}`."""

from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.utils.encoding import force_str
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import Error, ErrorResponse, ErrorType
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.serializers import as_serializer_error

from common.errors import BodyTooLarge, DomainError, InUse, Invalid, Outage, Unavailable
from common.resilience.deadlines import DeadlineExceeded

MAX_DETAIL = 500  # DRF repeats refused values in its sentences, at any length


class Refusal(exceptions.APIException):
    """A DomainError as an exception of DRF."""

    auth_header: str | None = None  # of a 401, as DRF sets it on its own exceptions

    def __init__(self, error: DomainError):
        super().__init__(error.detail, error.code)
        self.status_code = error.status
        self.error = error
        self.wait = error.retry_after


class Handler(ExceptionHandler):
    """Answers the errors of this project, of Django and of the database, besides DRF's own.

    Any other exception is a 500 that shows no detail, and is logged.
    """

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Return `exc` as an exception of DRF."""
        error = domain_error_of(exc)
        if error is not None:
            return self._with_auth_header(Refusal(error))
        if isinstance(exc, ModelValidationError):
            return exceptions.ValidationError(as_serializer_error(exc))
        return super().convert_known_exceptions(exc)

    def _with_auth_header(self, refusal: Refusal) -> Refusal:
        """Add the header WWW-Authenticate to a 401, as DRF does to its own."""
        view = self.context.get("view")
        if refusal.status_code == 401 and view is not None:
            refusal.auth_header = view.get_authenticate_header(view.request)
        return refusal


class Formatter(ExceptionFormatter):
    """Adds a DomainError's field and items, and keeps sentences short."""

    def get_error_type(self) -> ErrorType:
        """Return `validation_error` for every 400 of this project as well."""
        if isinstance(self.exc, Refusal) and self.exc.status_code == 400:
            return "validation_error"
        return super().get_error_type()

    def get_errors(self) -> list[Error]:
        """Return the errors, each sentence cut to 500 characters."""
        if isinstance(self.exc, Refusal):
            error = self.exc.error
            return [Error(error.code, force_str(error.detail), error.attr)]
        return [Error(e.code, force_str(e.detail)[:MAX_DETAIL], e.attr) for e in super().get_errors()]

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        """Return the body, with the `items` of a DomainError."""
        body = super().format_error_response(error_response)
        if isinstance(self.exc, Refusal) and self.exc.error.items is not None:
            body["errors"][0]["items"] = self.exc.error.items
        return body


def domain_error_of(exc: BaseException | None) -> DomainError | None:
    """Return the DomainError for `exc`, an error of Django, the database, Redis or a store; None for any other.

    A database that does not answer, a lock or statement that took too long and a deadlock are all OperationalError:
    nothing was committed, and trying again may help.
    """
    if isinstance(exc, Outage):  # its message names hosts and keys: callers get the sentence of the class
        return type(exc)() if isinstance(exc, DomainError) else Unavailable()
    if isinstance(exc, DomainError):
        return exc
    if isinstance(exc, OperationalError | InterfaceError | RedisError | DeadlineExceeded) or _is_read_only(exc):
        return Unavailable()
    if isinstance(exc, RequestDataTooBig):
        return BodyTooLarge()
    if isinstance(exc, SuspiciousOperation | BadRequest | DataError):
        return Invalid()
    if isinstance(exc, ProtectedError | RestrictedError):
        return InUse()
    return None


def _is_read_only(exc: BaseException | None) -> bool:
    """Tell whether PostgreSQL refuses writes now (a standby, a full disk): SQLSTATE 25006."""
    return isinstance(exc, InternalError) and getattr(exc.__cause__, "sqlstate", "") == "25006"
