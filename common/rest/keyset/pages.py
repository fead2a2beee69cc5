"""The paginator of every list."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any, Protocol

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from common.db.stand_ins import Fixed
from common.db.statements import Plain, Statement, planned_each_time
from common.errors import Invalid
from common.rest.keyset import schema
from common.rest.keyset.orderings import Term, after, reversed_terms, signature, terms_of

DEFAULT_LIMIT = 20
MAX_LIMIT = 200
MAX_OFFSET = 10**9
MAX_CURSOR = 4000
FORWARD, BACKWARD = "n", "p"


class PageRequest(Protocol):
    """The part of a request that a page depends on; pages outside the API make one of their own."""

    @property
    def query_params(self) -> QueryDict: ...

    def build_absolute_uri(self) -> str: ...


class OffsetOrCursor(BasePagination):
    """Pages by `limit` and `offset` with a count, or by `cursor` (empty to start) without one, at a flat cost.

    Works with model instances and with `.values()` rows, which must hold the fields of the ordering. The id is
    appended to the ordering, so that no row is skipped or repeated. Raises Invalid for a parameter that is no number
    or out of range, and for a cursor of another ordering.
    """

    parameters = ("limit", "offset", "cursor")
    head: dict[str, object]
    default_cursor: str | None = None  # of a request without a cursor; None: page by offset

    def paginate_queryset(
        self,
        queryset: QuerySet[Any, Any] | Statement[Any] | Sequence[Any],
        request: PageRequest,
        view: APIView | None = None,
        columns: tuple[Callable[..., QuerySet[Any, Any]], Any] | None = None,
    ) -> list[Any]:
        """Return the rows of the page that `request` asks for. One query; by offset a second one for the count.

        `columns` is a step of the statement, and its value, that reads what is shown of the rows of the page.
        """
        assert isinstance(queryset, QuerySet | Statement)  # a page is a statement of its own
        rows = Plain(queryset) if isinstance(queryset, QuerySet) else queryset
        self.request, self.columns = request, columns
        for name in self.parameters:
            if len(request.query_params.getlist(name)) > 1:
                raise Invalid(_("Give this parameter once."), code="repeated_parameter", attr=name)
        self.limit = _number(request, "limit", default=DEFAULT_LIMIT, least=1, most=MAX_LIMIT)
        token = request.query_params.get("cursor", self.default_cursor)
        if token is None:
            return self._by_offset(rows)
        if "offset" in request.query_params:
            raise Invalid(_("Give either cursor or offset."), code="conflicting_parameters", attr="offset")
        return self._by_cursor(rows, token)

    def fetch(self, page: Statement[Any] | Plain[Any]) -> list[Any]:
        """Read the rows of `page`."""
        return (page.then(*self.columns) if self.columns else page).fetch()

    def get_paginated_response(self, data: object) -> Response:
        """Return the response with `data`, the representation of the rows."""
        return Response({**self.head, "results": data})

    def get_paginated_response_schema(self, results: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI schema of a page."""
        return schema.response_of(results)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the OpenAPI parameters of pages."""
        return schema.PARAMETERS

    def _by_offset(self, all_rows: Statement[Any] | Plain[Any]) -> list[Any]:
        offset = _number(self.request, "offset", default=0, least=0, most=MAX_OFFSET)
        size = Fixed(self.limit + 1)
        fetched = self.fetch(all_rows.then(_skip, offset, size) if offset else all_rows.then(_start, size))
        rows = fetched[: self.limit]
        # A last page counts itself; only a page with more after it (or past the end) needs the database to count.
        ends_here = len(fetched) <= self.limit and (rows or not offset)
        count = offset + len(rows) if ends_here else all_rows.count()
        following, preceding = offset + self.limit, max(offset - self.limit, 0)
        self.head = {
            "count": count,
            "next": self._link("offset", following) if following < count else None,
            "previous": self._link("offset", preceding) if offset else None,
        }
        return rows

    def _by_cursor(self, all_rows: Statement[Any] | Plain[Any], token: str) -> list[Any]:
        terms, size = all_rows.property_of(terms_of), Fixed(self.limit + 1)
        direction, values = _read(token, terms) if token else (FORWARD, None)
        if values is None:
            page = all_rows.then(_start, size)
        else:
            page = all_rows.then(_follow if direction == FORWARD else _precede, tuple(values), size)
        fetched = self.fetch(page)
        rows, more = fetched[: self.limit], len(fetched) > self.limit
        if direction == BACKWARD:
            rows.reverse()
        has_next = more if direction == FORWARD else True
        has_previous = values is not None if direction == FORWARD else more
        self.head = {
            "next": self._cursor_link(FORWARD, terms, rows[-1]) if rows and has_next else None,
            "previous": self._cursor_link(BACKWARD, terms, rows[0]) if rows and has_previous else None,
        }
        return rows

    def _cursor_link(self, direction: str, terms: list[Term], row: object) -> str:
        return self._link("cursor", _write(direction, terms, row))

    def _link(self, name: str, value: object) -> str:
        return replace_query_param(self.request.build_absolute_uri(), name, value)


class CursorOnly(OffsetOrCursor):
    """For lists that only grow: always by cursor, without a count."""

    default_cursor = ""

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [parameter for parameter in schema.PARAMETERS if parameter["name"] != "offset"]


def whole_rows(page: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Return the rows of `page`, in its order, to read more of them.

    The ids of the page are found in a subquery and whole rows read only for them: rows that a filter or an offset skips
    are read from a covering index alone, six times faster at large offsets.
    """
    return page.model._base_manager.filter(pk__in=page.values("pk")).order_by(*page.query.order_by)


def _start(rows: QuerySet[Any, Any], size: Fixed) -> QuerySet[Any, Any]:
    return _ordered(rows, terms_of(rows))[: size.value]


@planned_each_time  # an offset decides between walking an index and sorting
def _skip(rows: QuerySet[Any, Any], offset: int, size: Fixed) -> QuerySet[Any, Any]:
    return _ordered(rows, terms_of(rows))[offset : offset + size.value]


def _follow(rows: QuerySet[Any, Any], values: Sequence[Any], size: Fixed) -> QuerySet[Any, Any]:
    terms = terms_of(rows)
    return _ordered(rows, terms).filter(after(terms, values))[: size.value]


def _precede(rows: QuerySet[Any, Any], values: Sequence[Any], size: Fixed) -> QuerySet[Any, Any]:
    terms = reversed_terms(terms_of(rows))
    return _ordered(rows, terms).filter(after(terms, values))[: size.value]


def _ordered(rows: QuerySet[Any, Any], terms: Sequence[Term]) -> QuerySet[Any, Any]:
    return rows.order_by(*(term.order_by() for term in terms))


def _number(request: PageRequest, name: str, *, default: int, least: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= most):
        raise Invalid(_("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}, attr=name)
    return int(text)


def _signer(terms: list[Term]) -> Signer:
    return Signer(salt=f"common.rest.keyset:{signature(terms)}")


def _write(direction: str, terms: list[Term], row: object) -> str:
    values = [_plain(term.value_of(row)) for term in terms]
    return _signer(terms).sign_object([direction, *values])


def _read(token: str, terms: list[Term]) -> tuple[str, list[Any]]:
    try:
        direction, *values = _signer(terms).unsign_object(token) if len(token) <= MAX_CURSOR else []
        return direction, [term.read(value) for term, value in zip(terms, values, strict=True)]
    except (BadSignature, ValueError):
        raise Invalid(_("This is not a cursor of this list."), code="invalid_cursor", attr="cursor") from None


def _plain(value: object) -> object:
    """Return a value as JSON holds it, without losing microseconds."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float) else JSONEncoder().default(value)
