"""One row of the API: as visible as it is, and as fresh as the caller believes."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.http import parse_etags
from rest_framework.response import Response

from permissions.choices import Action
from permissions.errors import Denied, NotFound, NotSignedIn, PreconditionFailed
from permissions.ids import parse_id
from permissions.versions import version_of


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
        row = allowed.first() or self._came_back(queryset, action, row_id, allowed)
        if row is None:
            raise NotFound
        if lock:
            require_fresh(self.request, row)  # type: ignore[attr-defined]
        return row

    def _came_back(self, queryset: Any, action: Action | str, row_id: Any, allowed: Any) -> Any:
        """Return the row that came back from the trash since `allowed` was asked; None where there is none.

        Raises as `get_row` where the row is refused. That it exists and is refused is asked in one statement: rows
        go into the trash and come back between two, and an absent one is no refused one.
        """
        access = self.access  # type: ignore[attr-defined]
        may = Exists(queryset.allowing(access, action).filter(pk=OuterRef("pk")))
        is_allowed = queryset.within(access).filter(pk=row_id).values_list(may, flat=True).first()
        if is_allowed is False:
            raise NotSignedIn if access.is_anonymous else Denied
        return allowed.first() if is_allowed else None

    def answer(self, row: Any, data: Any, status: int = 200) -> Response:
        """Return `data` as the representation of `row`, with its entity tag."""
        return Response(data, status=status, headers={"ETag": etag_of(row)})
