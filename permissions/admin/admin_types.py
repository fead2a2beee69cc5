"""Types of the parameters and results of the hooks of a ModelAdmin."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldGroups as FieldNames
    from django.contrib.admin.options import _FieldsetSpec as Fieldsets
    from django.contrib.admin.options import _ListDisplayT

    Columns = _ListDisplayT[Any]
else:  # only the stubs have these names
    FieldNames = Fieldsets = Columns = list

# What the confirmation page of a deletion shows: names, numbers by noun, missing permissions, protected objects.
DeletedObjects = tuple[list[str], dict[str, int], set[str], list[str]]

__all__ = ["Columns", "DeletedObjects", "FieldNames", "Fieldsets"]
