"""The filter backend, which passes the parameters of a request to the filter set of its view."""

from typing import Any, ClassVar, Protocol

from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

from common.rest.filters.filterset import StrictFilterSet


class FilteredView(Protocol):
    """A view with a strict filter set."""

    filterset_class: ClassVar[type[StrictFilterSet[Any]]]

    @property
    def access(self) -> object:
        """What the caller may do."""

    @property
    def paginator(self) -> BasePagination | None:
        """The paginator of the list."""


def given_to(view: FilteredView, request: Request) -> MultiValueDict[str, str]:
    """Return the parameters of `request` that are not those of paging."""
    paging = getattr(view.paginator, "parameters", ())
    return MultiValueDict({name: values for name, values in request.query_params.lists() if name not in paging})


class StrictFilterBackend(DjangoFilterBackend):
    """Narrows and orders a view's rows by its `filterset_class`."""

    filterset_base = StrictFilterSet
    raise_exception = False  # the filter set raises an error of ours

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet[Any], view: FilteredView) -> dict[str, object]:
        return {"data": given_to(view, request), "queryset": queryset, "request": request, "access": view.access}
