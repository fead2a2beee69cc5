"""The parameters of lists: filter sets of django-filter that refuse undeclared parameters."""

from common.rest.filters.backend import StrictFilterBackend, given_to
from common.rest.filters.fields import (
    BooleanField,
    IntegerField,
    MomentField,
    OneOfField,
    Schema,
    TextField,
    UUIDField,
    ValueField,
    parse_boolean,
)
from common.rest.filters.filterset import ORDERING, Narrowing, NoParameters, StrictFilterSet, unknown_parameter
from common.rest.filters.parameters import (
    BooleanFilter,
    IntegerFilter,
    MomentFilter,
    OrderingFilter,
    RepeatableFilter,
    Rows,
    StrictFilter,
    TextFilter,
    WordsFilter,
)

__all__ = [
    "ORDERING",
    "BooleanField",
    "BooleanFilter",
    "IntegerField",
    "IntegerFilter",
    "MomentField",
    "MomentFilter",
    "Narrowing",
    "NoParameters",
    "OneOfField",
    "OrderingFilter",
    "RepeatableFilter",
    "Rows",
    "Schema",
    "StrictFilter",
    "StrictFilterBackend",
    "StrictFilterSet",
    "TextField",
    "TextFilter",
    "UUIDField",
    "ValueField",
    "WordsFilter",
    "given_to",
    "parse_boolean",
    "unknown_parameter",
]
