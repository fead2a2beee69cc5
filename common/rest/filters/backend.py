"""The filter backend, which passes the parameters of a request to the filter set of its view."""

from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

from common.rest.filters.filterset import StrictFilterSet


class FilteredView(Protocol):
    """A view with a strict filter set."""

    access: object
    paginator: BasePagination | None
    filterset_class: type[StrictFilterSet[Any]]


class StrictFilterBackend(DjangoFilterBackend):
    """Narrows and orders a view's rows by its `filterset_class`."""

    filterset_base = StrictFilterSet
    raise_exception = False  # the filter set raises an error of ours

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet[Any], view: FilteredView) -> dict[str, object]:
        paging = getattr(view.paginator, "parameters", ())
        given = {name: values for name, values in request.query_params.lists() if name not in paging}
        return {"data": MultiValueDict(given), "queryset": queryset, "request": request, "access": view.access}
