"""An ordering as a list of terms, from which both directions and every "what comes after this row" follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Field, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Combinable, OrderBy


@dataclass(frozen=True, slots=True)
class Term:
    """One field of an ordering. Empty values come last in the list's own direction, on every database."""

    name: str
    descending: bool
    nullable: bool
    field: "Field[Any, Any] | None"
    backwards: bool = False

    def order_by(self) -> OrderBy:
        """Return the expression for `QuerySet.order_by`."""
        expression, flip = F(self.name), self.descending is not self.backwards
        if not self.nullable:
            return expression.desc() if flip else expression.asc()
        nulls: dict[str, Any] = {"nulls_first": True} if self.backwards else {"nulls_last": True}
        return expression.desc(**nulls) if flip else expression.asc(**nulls)

    def same(self, value: object) -> Q:
        """Rows that equal `value` in this term."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: object) -> Q:
        """Rows that come after `value` in this term alone."""
        empty = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return ~empty if self.backwards else Q(pk__in=[])
        lookup = "lt" if self.descending is not self.backwards else "gt"
        farther = Q(**{f"{self.name}__{lookup}": value})
        return farther | empty if self.nullable and not self.backwards else farther

    def bound(self, value: object) -> Q:
        """Rows that do not come before `value` in this term: what an index scan can start from."""
        empty = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return Q() if self.backwards else empty
        lookup = "lte" if self.descending is not self.backwards else "gte"
        near = Q(**{f"{self.name}__{lookup}": value})
        return near | empty if self.nullable and not self.backwards else near

    def value_of(self, row: object) -> object:
        """The term's value in `row`, a model instance or a dictionary of `.values()`."""
        if isinstance(row, dict):
            return row[self.name]
        for part in self.name.split(LOOKUP_SEP):
            row = getattr(row, part, None)
        return row

    def read(self, value: object) -> object:
        """Turn a value that went through JSON back into the field's type."""
        return self.field.to_python(value) if self.field is not None and value is not None else value


def terms_of(queryset: QuerySet[Any, Any]) -> list[Term]:
    """Return the queryset's ordering, with the id as tie-breaker so that no two rows are equal.

    The tie-breaker runs in the direction of the last term, which lets one index serve the whole ordering.
    """
    meta = queryset.model._meta
    asked = queryset.query.order_by or meta.ordering or ()
    terms = [_term(queryset, item) for item in asked]
    names = [term.name for term in terms]
    if meta.pk.name not in names:
        descending = terms[-1].descending if terms else False
        terms.append(Term(meta.pk.name, descending, nullable=False, field=meta.pk))
        names.append(meta.pk.name)
    return terms[: names.index(meta.pk.name) + 1]


def after(terms: Sequence[Term], values: Sequence[object]) -> Q:
    """Return the condition of the rows that come strictly after the row with `values`.

    The first term's bound is repeated on its own, because a planner can start an index scan there and cannot at a
    disjunction.
    """
    condition, equal = Q(), Q()
    for term, value in zip(terms, values, strict=True):
        condition |= equal & term.beyond(value)
        equal &= term.same(value)
    return terms[0].bound(values[0]) & condition


def reversed_terms(terms: Sequence[Term]) -> list[Term]:
    """Return the ordering backwards, for the previous page."""
    return [replace(term, backwards=not term.backwards) for term in terms]


def signature(terms: Sequence[Term]) -> str:
    """The ordering as text, by which a cursor is bound to it."""
    return ",".join(f"-{term.name}" if term.descending else term.name for term in terms)


def _term(queryset: QuerySet[Any, Any], item: str | Combinable) -> Term:
    if isinstance(item, OrderBy):
        name, descending = _name_of(item.expression), item.descending
    elif isinstance(item, F):
        name, descending = _name_of(item), False
    else:
        assert isinstance(item, str)
        name, descending = item.removeprefix("-"), item.startswith("-")
    field, nullable = _field(queryset, queryset.model._meta.pk.name if name == "pk" else name)
    return Term(queryset.model._meta.pk.name if name == "pk" else name, descending, nullable, field)


def _name_of(expression: object) -> str:
    return cast(Any, expression).name  # of an F, which django-stubs describe without it


def _field(queryset: QuerySet[Any, Any], name: str) -> "tuple[Field[Any, Any] | None, bool]":
    """The field behind `name` and whether it may be empty; what an annotation gives may always be."""
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field, True
    model, nullable, field = queryset.model, False, None
    for part in name.split(LOOKUP_SEP):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:  # an id column such as `upload_id`
            field = next(f for f in model._meta.concrete_fields if f.attname == part)
        nullable = nullable or bool(field.null)
        model = field.related_model or model
    return field, nullable
