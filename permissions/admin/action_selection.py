"""The rows of an action in a list: all that the list showed, or none."""

import re
from collections.abc import Collection
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.errors import Invalid, SelectionChanged
from permissions.admin.pagination import BoundedPaginator

SHOWN = "_shown"  # the number of rows of the list, in the form of its actions

Row = TypeVar("Row", bound=Model)


class ConfirmedSelection(ModelAdmin):
    """An admin that refuses an action if a selected row was deleted, or another number matches than was shown."""

    paginator = BoundedPaginator

    def response_action(self, request: HttpRequest, queryset: QuerySet[Model], *args: Any) -> HttpResponse | None:
        """Run the action on the confirmed rows, or show why they cannot be confirmed."""
        try:
            rows = self._selected(request, queryset)
        except (Invalid, SelectionChanged) as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return None
        return super().response_action(request, rows, *args)

    def _selected(self, request: HttpRequest, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Return the selected rows by id, so that rows that are added meanwhile are not among them."""
        if request.POST.get("select_across") not in {"", "0", None}:
            shown = _number(request.POST.get(SHOWN, ""))
            ids = self._all_ids(rows, shown)
        else:
            ticked = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
            shown, ids = len(ticked), _ids_among(rows, ticked)
        if len(ids) != shown:
            noun, plural = str(self.opts.verbose_name), str(self.opts.verbose_name_plural)
            raise SelectionChanged(shown=shown, matching=len(ids), noun=noun, plural=plural)
        return rows.filter(pk__in=ids)

    def _all_ids(self, rows: QuerySet[Row], shown: int) -> list[object]:
        most = BoundedPaginator.COUNTED
        ids = list(rows.values_list("pk", flat=True)[:most])
        if len(ids) >= most or shown >= most:
            text = _("%(limit)s rows or more cannot be selected at once. Nothing was changed.")
            raise Invalid(text % {"limit": f"{most:,}"})
        return ids


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def _ids_among(rows: QuerySet[Any], texts: Collection[str]) -> list[object]:
    try:
        return list(rows.filter(pk__in=texts).values_list("pk", flat=True))
    except (ValidationError, ValueError):  # a text is not an id
        return []
