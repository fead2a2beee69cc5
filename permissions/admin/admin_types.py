"""Names for what the hooks of a ModelAdmin take and return."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldGroups as FieldNames
    from django.contrib.admin.options import _FieldsetSpec as Fieldsets
    from django.contrib.admin.options import _ListDisplayT

    Columns = _ListDisplayT[Any]
else:  # the names are the stubs' alone
    FieldNames = Fieldsets = Columns = list

# Of the page that asks before it deletes: names, numbers by noun, what may not be deleted, what stands in the way.
DeletedObjects = tuple[list[str], dict[str, int], set[str], list[str]]

__all__ = ["Columns", "DeletedObjects", "FieldNames", "Fieldsets"]
