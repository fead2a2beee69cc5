"""Lists of the admin: natural order of names, and empty lists for unknown filters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from common.db.computed_columns import sort_column
from permissions.admin import theme


@contextmanager
def _lookup_errors() -> Iterator[None]:
    """Raise IncorrectLookupParameters for dates outside of the calendar, and for values that databases cannot read."""
    try:
        yield
    except (OverflowError, ValueError, DataError) as error:
        raise IncorrectLookupParameters(error) from None


class NaturalChangeList(theme.ChangeList):
    """Orders columns of names naturally: `img2` before `img10`, in upper or lower case.

    Lists no row for an address with an unknown filter or value, for which Django would show every row.
    """

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Model]:
        """Return no row for an address that Django could not read."""
        with _lookup_errors():
            rows: QuerySet[Model] = super().get_queryset(request, *args, **kwargs)
        return rows.none() if ERROR_FLAG in request.GET else rows

    def get_results(self, request: HttpRequest) -> None:
        with _lookup_errors():
            super().get_results(request)

    def get_ordering_field(self, field_name: str | Callable[..., object]) -> object:
        """Return the sort key of a column of names, if it has one."""
        column = super().get_ordering_field(field_name)
        return sort_column(self.model, column) if isinstance(column, str) else column
