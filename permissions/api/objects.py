"""One row of the API: as visible as it is, and as fresh as the caller believes."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.http import parse_etags
from rest_framework.response import Response

from common.db.ids import parse_id
from common.db.row_version import version_of
from common.errors import Denied, NotFound, NotSignedIn, PreconditionFailed
from permissions.choices import Action


def etag_of(row: Any) -> str:
    """Return the entity tag of `row`, which changes with its `updated_at`. RFC 9110, 8.8.3."""
    return f'"{version_of(row.pk, f"{row.updated_at.timestamp():.6f}")}"'


def require_fresh(request: Any, row: Any) -> None:
    """Raise PreconditionFailed when the request's `If-Match` does not name the present state of `row`."""
    header = request.headers.get("If-Match")
    if header is None:
        return
    wanted = parse_etags(header)
    if "*" not in wanted and etag_of(row) not in wanted:
        raise PreconditionFailed


class RowsMixin:
    """Reads and locks single rows for a viewset that has `access`."""

    def get_row(self, queryset: Any, action: Action | str, pk: Any = None, *, lock: bool = False) -> Any:
        """Return the row of `queryset` whose id is `pk` (default: the URL's) if the caller may do `action` to it.

        `lock=True` locks it for the transaction under way and honours `If-Match`. Raises NotFound where the caller's
        organization has no such row, NotSignedIn or Denied where it has one and the rule refuses,
        PreconditionFailed. One query when it succeeds.
        """
        access = self.access  # type: ignore[attr-defined]
        row_id = parse_id(self.kwargs["pk"] if pk is None else pk)  # type: ignore[attr-defined]
        if row_id is None:
            raise NotFound
        rows = queryset.select_for_update(of=("self",)) if lock else queryset
        allowed = rows.allowing(access, action).filter(pk=row_id)
        row = allowed.first()
        if row is None and not queryset.in_organization(access).filter(pk=row_id).exists():
            raise NotFound
        row = row or allowed.first()  # it may have come back from the trash between the two questions
        if row is None:
            raise NotFound
        if lock:
            require_fresh(self.request, row)  # type: ignore[attr-defined]
        return row

    def answer(self, row: Any, data: Any, status: int = 200) -> Response:
        """Return `data` as the representation of `row`, with its entity tag."""
        return Response(data, status=status, headers={"ETag": etag_of(row)})


def _is_allowed_now(queryset: Any, access: Access, action: Action | str, row_id: UUID) -> bool:
    """Tell whether the row exists and the rule allows `action`. Raises NotSignedIn or Denied where the rule refuses.

    One statement: rows go into the trash and come back between two, and an absent row is not a refused one.
    """
    allowed = Exists(queryset.allowing(access, action).filter(pk=OuterRef("pk")))
    answer = queryset.within(access).filter(pk=row_id).values_list(allowed, flat=True).first()
    if answer is False:
        raise NotSignedIn if access.is_anonymous else Denied
    return bool(answer)
