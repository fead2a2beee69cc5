"""Looking up one row of the API under the access rule, and comparing it with `If-Match`."""

from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.http import parse_etags
from rest_framework.request import Request

from common.db.row_version import version_of
from common.errors import Denied, NotFound, NotSignedIn, PreconditionFailed
from permissions.access import Access

Row = TypeVar("Row", bound=Model)
Row_co = TypeVar("Row_co", bound=Model, covariant=True)
ActionT = TypeVar("ActionT", bound=str, contravariant=True)


class ControlledRows(Protocol[Row_co, ActionT]):
    """A queryset of `permissions.managers`: rows of an organization under an access rule."""

    def in_organization(self, access: Access) -> QuerySet[Row_co]:
        """Return the rows of the caller's organization."""

    def allowing(self, access: Access, action: ActionT) -> QuerySet[Row_co]:
        """Return the rows to which `access` may do `action`."""


def etag_of(row: Model) -> str:
    """Return the entity tag of `row`, which changes with its `updated_at`. RFC 9110, 8.8.3."""
    updated_at: datetime = row.serializable_value("updated_at")
    return f'"{version_of(row.pk, f"{updated_at.timestamp():.6f}")}"'


def require_fresh(request: Request, row: Model) -> None:
    """Raise PreconditionFailed if the `If-Match` of the request does not name the present state of `row`."""
    header = request.headers.get("If-Match")
    if header is None:
        return
    tags = parse_etags(header)
    if "*" not in tags and etag_of(row) not in tags:
        raise PreconditionFailed


def find_row(
    queryset: ControlledRows[Row, ActionT], access: Access, action: ActionT, pk: UUID | None, *, lock: bool = False
) -> Row:
    """Return the row of `queryset` with the id `pk`, if `access` may do `action` to it; `lock` locks it.

    Raises NotFound where the caller's organization has no such row; NotSignedIn or Denied where it has one and the
    rule refuses. One query when it succeeds.
    """
    if pk is None:
        raise NotFound
    allowed = queryset.allowing(access, action).filter(pk=pk)
    if lock:
        allowed = allowed.select_for_update(of=("self",))
    row = allowed.first()
    if row is None and _is_allowed_now(queryset, access, action, pk):
        row = allowed.first()  # it was restored after the first query
    if row is None:
        raise NotFound
    return row


def _is_allowed_now(queryset: ControlledRows[Row, ActionT], access: Access, action: ActionT, pk: UUID) -> bool:
    """Tell whether the row exists and the rule allows `action`. Raises NotSignedIn or Denied where the rule refuses.

    One statement: a row may be trashed and restored between two, and an absent row is not a refused one.
    """
    allowed = Exists(queryset.allowing(access, action).filter(pk=OuterRef("pk")))
    answer = queryset.in_organization(access).filter(pk=pk).values_list(allowed, flat=True).first()
    if answer is False:
        raise NotSignedIn if access.is_anonymous else Denied
    return bool(answer)
