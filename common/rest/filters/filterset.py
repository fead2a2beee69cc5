"""The base of every filter set: undeclared parameters are refused, so that a typo never shows everything."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django_filters.rest_framework import FilterSet

from common.db.stand_ins import Fixed
from common.db.statements import Statement
from common.errors import Invalid
from common.rest.filters.parameters import OrderingFilter, Rows, StrictFilter
from common.time_zones import days_of

MOST_VALUES = 100  # of one parameter
LONGEST_VALUE = 500  # characters
ORDERING = "ordering"

AccessT = TypeVar("AccessT")


class ParameterForm(forms.Form):
    """A form that is never shown, and so needs no translated labels."""

    def __init__(self, data: MultiValueDict[str, str], prefix: str | None = None) -> None:
        super().__init__(data, prefix=prefix, label_suffix="")


class StrictFilterSet(FilterSet, Generic[AccessT]):
    """The parameters of a list, of its counts, and of calls about all that match.

    `data` are the parameters as a query string gives them, those of paging left out. `access` is for filters that
    need a permission. Dates are days of the person of `request`, by default of the active time zone.
    Raises Invalid: at once for an unknown parameter (`unknown_parameter`), one that is given too often or text that
    no parameter accepts; when the rows (`qs`) are asked for, for the first value that is not valid.

    A filter set costs what the given parameters cost: only their filters are copied, and the form of each combination
    of parameters is made once a process.
    """

    base_filters: Mapping[str, StrictFilter]

    def __init__(
        self,
        data: MultiValueDict[str, str],
        queryset: QuerySet[Any],
        *,
        access: AccessT,
        request: HttpRequest | None = None,
    ) -> None:
        refuse_malformed(data, self.base_filters)
        self.access = access
        self.base_filters = {name: self.base_filters[name] for name in data}
        super().__init__(data, queryset, request=request)

    def get_form_class(self) -> type[forms.Form]:
        """Return the form class of the given parameters."""
        filterset: type = type(self)
        return _form_class(filterset, frozenset(self.filters))

    @cached_property
    def form(self) -> forms.Form:
        """The form, its values read."""
        form: forms.Form = super().form
        with days_of(self.request) if self.request else nullcontext():
            form.full_clean()
        return form

    @cached_property
    def values(self) -> dict[str, Any]:
        """The valid values by parameter. Raises Invalid for the first one that is not valid."""
        for name in self.data:
            if name in self.form.errors:
                raise self.filters[name].refusal(name)
        return {name: self.filters[name].bound(value) for name, value in self.form.cleaned_data.items()}

    def filter_queryset(self, queryset: Rows) -> Rows:
        """Return the rows that the parameters let through, in the order asked for, else in the first one declared.

        Raises Invalid for the first value that is not valid.
        """
        self._authorize(self.values)
        return self.narrow(queryset, self.values)

    def _authorize(self, values: Mapping[str, Any]) -> None:
        """Raise an error for values that the caller may not ask for."""

    def narrow(self, rows: Rows, values: Mapping[str, Any]) -> Rows:
        """Return the rows that have `values` by parameter, in the order of `filter_queryset`."""
        for name, value in values.items():
            rows = self.filters[name].filter(rows, value.value if isinstance(value, Fixed) else value)
        ordering = type(self).base_filters.get(ORDERING)
        if ORDERING not in values and isinstance(ordering, OrderingFilter):
            return ordering.filter(rows, ordering.default)
        return rows

    def narrow_statement(self, rows: Statement[Any]) -> Statement[Any]:
        """Return the statement of the rows that the parameters let through. Raises as `filter_queryset`."""
        self._authorize(self.values)
        return rows.then(Narrowing(type(self), tuple(self.values)), self.access, *self.values.values())


@dataclass(frozen=True)
class Narrowing:
    """The step of a statement that narrows its rows by the parameters `names` of a filter set."""

    filterset: type[StrictFilterSet[Any]]
    names: tuple[str, ...]

    @property
    def is_planned_once(self) -> bool:
        """Whether one plan suits all values: the best one for a rare value is the worst for a common one."""
        return not set(self.names) - {ORDERING}

    def __call__(self, rows: Rows, access: object, *values: Any) -> Rows:
        filters = self.filterset(MultiValueDict({name: [] for name in self.names}), rows, access=access)
        return filters.narrow(rows, dict(zip(self.names, values, strict=True)))


class NoParameters(StrictFilterSet[Any]):
    """For lists that have only the parameters of paging; they keep the order of their queryset."""


def refuse_malformed(data: MultiValueDict[str, str], filters: Mapping[str, StrictFilter]) -> None:
    """Raise Invalid for an unknown name, too many values, and text that no column can hold."""
    for name in data:
        if name not in filters:
            raise unknown_parameter(name)
    for name, texts in data.lists():
        if len(texts) > (MOST_VALUES if filters[name].is_repeatable else 1):
            raise Invalid(gettext("%(name)s is given too often.") % {"name": name}, attr=name)
        if not all(map(_is_clean, texts)):
            raise filters[name].refusal(name)


def unknown_parameter(name: str) -> Invalid:
    """Return the error for an unknown parameter; a long name is cut."""
    return Invalid(
        gettext("There is no parameter %(name)r.") % {"name": name[:100]}, attr=name[:100], code="unknown_parameter"
    )


def _is_clean(text: str) -> bool:
    """Tell whether a column can hold it: no null character, and no half of a surrogate pair, which JSON can hold."""
    return len(text) <= LONGEST_VALUE and "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


@lru_cache(maxsize=512)  # combinations of parameters
def _form_class(filterset: type[StrictFilterSet[Any]], names: frozenset[str]) -> type[forms.Form]:
    fields = {name: declared.field for name, declared in filterset.base_filters.items() if name in names}
    return type(f"{filterset.__name__}Form", (ParameterForm,), fields)
