"""List filters that know organizations."""

from typing import Any

from django.contrib.admin import ModelAdmin, RelatedFieldListFilter
from django.http import HttpRequest

OFFERED = 100


class RelatedHereFilter(RelatedFieldListFilter):
    """Filter by a related row, offering only those (at most 100) that their own admin would show to this person."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[Any, str]]:
        rows: Any = model_admin.get_field_queryset(None, field, request)
        return [(row.pk, str(row)) for row in rows[:OFFERED]]
