"""The state of the browser: filters, search, order and view, all of them in its address."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from common.rest.filters import ORDERING
from uploads.api.filters import UPLOAD_ORDERING, UploadFilterSet

GRID, LIST = "grid", "list"
VIEW_COOKIE = "library_view"  # written by the page's script
# Parameters of Django's own lists, and others that are no filters.
NOT_FILTERS = frozenset({"_popup", "_to_field", "_changelist_filters", "all", "o", "p", "q", "view", "cursor", "limit"})
DEFAULT_ORDERING = UPLOAD_ORDERING.default

Parameters = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class BrowserState:
    """`parameters` are those of the API's list, empty ones left out."""

    parameters: Parameters
    ordering: str = DEFAULT_ORDERING
    view: str = GRID
    cursor: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read the address; `q` of Django's links is `search`.

        Scripts do not read the address but get `listing`. Unknown names are kept, so that the list refuses them.
        """
        query = request.GET
        filters = {name: _filled(query.getlist(name)) for name in query if name not in NOT_FILTERS}
        known = UploadFilterSet.declared_filters
        filters["search"] = list(dict.fromkeys([*filters.get("search", []), *_filled(query.getlist("q"))]))
        ordering = filters.pop(ORDERING, [DEFAULT_ORDERING])
        view = query.get("view") or request.COOKIES.get(VIEW_COOKIE)
        return cls(
            parameters={name: values for name, values in filters.items() if values or name not in known},
            ordering=ordering[-1] if ordering else DEFAULT_ORDERING,
            view=LIST if view == LIST else GRID,
            cursor=query.get("cursor", ""),
        )

    @property
    def search(self) -> str:
        """The text that is searched; empty for none."""
        return self.parameters.get("search", [""])[0]

    @property
    def filter_data(self) -> MultiValueDict[str, str]:
        """The state as data of the filter set of the list; an order among the filters is refused as a second one."""
        return MultiValueDict({**self.parameters, ORDERING: [*self.parameters.get(ORDERING, []), self.ordering]})

    def listing(self, error: str) -> dict[str, object]:
        """Return what the page's script reads: the filter as bulk calls take it, and whether the list is valid."""
        return {
            "filter": self.parameters,
            "ordering": self.ordering,
            "view": self.view,
            "is_listed": not error,
        }

    def first(self, name: str) -> str:
        """Return the first value of a parameter; empty for none."""
        return self.parameters.get(name, [""])[0]

    def without(self, name: str, value: str = "") -> Self:
        """Return the state without a filter, or without one value of it, from its first page."""
        left = {name: [one for one in self.parameters.get(name, []) if value and one != value]}
        parameters = {key: values for key, values in {**self.parameters, **left}.items() if values}
        return replace(self, parameters=parameters, cursor="")

    def ordered(self, ordering: str) -> Self:
        """Return the same list in another order, from its first page."""
        return replace(self, ordering=ordering, cursor="")

    def query(self) -> str:
        """Return the state as a query string with its `?`."""
        pairs: list[tuple[str, str]] = [(name, one) for name, values in self.parameters.items() for one in values]
        if self.ordering != DEFAULT_ORDERING:
            pairs.append((ORDERING, self.ordering))
        pairs.append(("view", self.view))
        return f"?{urlencode(pairs)}"


def _filled(values: Iterable[str]) -> list[str]:
    return [value for value in values if value.strip()]
