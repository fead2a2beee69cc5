"""Which rows an action of a list is about: those that were shown, all of them, or it is not done."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from common.errors import Invalid, SelectionChanged

SHOWN = "_shown"  # the number of rows of the list, in the form of its actions


class ConfirmedSelection:
    """An admin whose actions are refused where the chosen rows are not all there any more, or others match as well."""

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        try:
            rows = self._chosen(request, queryset)
        except (Invalid, SelectionChanged) as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)  # type: ignore[attr-defined]
            return None
        return super().response_action(request, rows)  # type: ignore[misc]

    def _chosen(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        """The rows by id, so that what comes in from now on is none of them."""
        if request.POST.get("select_across") not in {"", "0", None}:
            most = self.paginator.COUNTED  # type: ignore[attr-defined]
            shown = _number(request.POST.get(SHOWN, ""))
            found = list(rows.values_list("pk", flat=True)[:most])
            if len(found) >= most or shown >= most:
                raise Invalid(f"{most:,} rows or more cannot be chosen at once. Nothing was changed.")
        else:
            chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
            shown, found = len(chosen), _among(rows, chosen)
        if len(found) != shown:
            meta: Any = self.model._meta  # type: ignore[attr-defined]
            noun, plural = str(meta.verbose_name), str(meta.verbose_name_plural)
            raise SelectionChanged(shown=shown, matching=len(found), noun=noun, plural=plural)
        return rows.filter(pk__in=found)


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def _among(rows: QuerySet, ids: set[str]) -> list[Any]:
    try:
        return list(rows.filter(pk__in=ids).values_list("pk", flat=True))
    except (ValidationError, ValueError):  # what was posted is no id
        return []
