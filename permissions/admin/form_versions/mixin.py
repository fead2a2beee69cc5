"""Puts the version into change forms, and meets those that come too late."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.errors import PreconditionFailed
from permissions.admin.form_versions.deleted_row import gone_page
from permissions.admin.form_versions.merge import Late
from permissions.admin.form_versions.state import (
    FIELD,
    State,
    read_state,
    row_key,
    state_of_form,
    state_of_row,
    write_state,
)
from permissions.admin.refusals import refuse_form


class Below(NamedTuple):
    """The rows below a form, unbound, and what one of them is called."""

    formset: Any
    title: str


class VersionedAdmin:
    """An admin whose change forms carry the version they were drawn from.

    A form without one is saved as it is, like a request without `If-Match`.
    """

    change_form_before_template = "admin/form_version.html"

    def lock_row(self, row: Any) -> None:
        """Lock what a save of `row` decides on, until the end of the transaction under way."""
        model: Any = self.model  # type: ignore[attr-defined]
        model._base_manager.select_for_update(no_key=True).filter(pk=row.pk).first()

    def changed_by(self, row: Any, since: datetime) -> str:
        """Return who changed `row` last since then; empty where that is not recorded."""
        entries = LogEntry.objects.filter(
            content_type=get_content_type_for_model(row), object_id=str(row.pk), action_time__gte=since
        )
        last = entries.select_related("user").order_by("-action_time").first()
        return str(last.user) if last else ""

    def _changeform_view(self, request: HttpRequest, object_id: str | None, *args: Any) -> HttpResponse:
        if request.method == "POST" and object_id is not None and not hasattr(request, "_form_state"):
            self._compare_versions(request, unquote(object_id))
        return super()._changeform_view(request, object_id, *args)  # type: ignore[misc]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Django would lead away from what was typed."""
        if request.method == "POST" and FIELD in request.POST:
            return gone_page(request, self)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]

    def _compare_versions(self, request: Any, object_id: str) -> None:
        """Refuse the form where what it was drawn from has changed, in the transaction that would save it."""
        admin: Any = self
        row = admin.get_object(request, object_id)
        if row is None or not admin.has_change_permission(request, row):
            return
        self.lock_row(row)
        row = admin.get_object(request, object_id)  # as it is now that nothing else changes it
        if row is None:
            return
        form, below = self._form_of(request, row), list(self._rows_below(request, row))
        request._form_state = _state_of(form, below)
        if (carried := read_state(request.POST.get(FIELD, ""))) and carried[0] != request._form_state:
            self._meet_late_form(request, row, *carried, form, below)

    def _meet_late_form(
        self, request: Any, row: Any, drawn: State, moment: float, form: Any, below: list[Below]
    ) -> None:
        late = Late(request.POST.copy(), drawn)
        late.merge_form(form, state_of_form(form))
        for formset, title in below:
            if _rows_of(drawn, formset.prefix) != _rows_of(request._form_state, formset.prefix):
                late.merge_rows(formset, title)
        request.POST = late.data
        if not late.differences:
            return
        who = self.changed_by(row, _moment(moment))
        request._late = {"differences": late.differences, "who": who}
        refuse_form(request, PreconditionFailed(_("This was changed while you had it open. Nothing was saved yet.")))

    def _form_of(self, request: HttpRequest, row: Any) -> Any:
        admin: Any = self
        fields = flatten_fieldsets(admin.get_fieldsets(request, row))
        return admin.get_form(request, row, change=True, fields=fields)(instance=row)

    def _rows_below(self, request: HttpRequest, row: Any) -> Iterator[Below]:
        admin: Any = self
        for formset_class, inline in admin.get_formsets_with_inlines(request, row):
            if inline.has_change_permission(request, row):
                prefix = formset_class.get_default_prefix()
                formset = formset_class(instance=row, prefix=prefix, queryset=inline.get_queryset(request))
                yield Below(formset, capfirst(str(inline.verbose_name or inline.opts.verbose_name)))

    def render_change_form(
        self, request: Any, context: dict[str, Any], add: bool = False, change: bool = False, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if change and row is not None and self.has_change_permission(request, row):  # type: ignore[attr-defined]
            state = getattr(request, "_form_state", None)
            if state is None:
                state = _state_of(context["adminform"].form, list(self._rows_below(request, row)))
            context["form_version"] = write_state(state, timezone.now().timestamp())
        context["late"] = getattr(request, "_late", None)
        return super().render_change_form(request, context, add=add, change=change, **kwargs)  # type: ignore[misc]


def _state_of(form: Any, below: list[Below]) -> State:
    rows = {
        row_key(formset.prefix, each.instance.pk): state_of_row(each)
        for formset, _title in below
        for each in formset.initial_forms
    }
    return {**state_of_form(form), **rows}


def _rows_of(state: State, prefix: str) -> State:
    return {key: digest for key, digest in state.items() if key.startswith(row_key(prefix, ""))}


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return timezone.now()
