"""List filters that offer rows of the organization alone."""

from typing import Any

from django.contrib.admin import ModelAdmin, RelatedFieldListFilter
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest

MAX_ROWS = 100


class RelatedInOrganizationFilter(RelatedFieldListFilter):
    """Filter by a related row, offering at most MAX_ROWS of those that their own admin would show to this person."""

    def field_choices(
        self, field: RelatedField, request: HttpRequest, model_admin: ModelAdmin
    ) -> list[tuple[str, Any]]:
        rows = model_admin.get_field_queryset(None, field, request)
        return [] if rows is None else [(row.pk, str(row)) for row in rows[:MAX_ROWS]]
