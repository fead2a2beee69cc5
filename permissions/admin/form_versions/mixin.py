"""Adds the version to change forms, and merges those that were sent after their row had changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db.models import Model
from django.db.models.options import Options
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.errors import PreconditionFailed
from permissions.admin.form_versions.deleted_row import deleted_row_page
from permissions.admin.form_versions.merge import FormMerge
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
from permissions.admin.request_state import state_of

Row = TypeVar("Row", bound=Model)


class RowsBelow(NamedTuple):
    """The rows below a form, unbound, and the name of one of them."""

    formset: BaseModelFormSet
    title: str


class DrawnForm(NamedTuple):
    """The form and the rows below it, unbound, as they would be rendered now."""

    form: ModelForm
    below: list[RowsBelow]

    def state(self) -> State:
        """Return the digests of the form's fields and of the rows below it."""
        rows = {
            row_key(formset.prefix, each.instance.pk): state_of_row(each)
            for formset, _title in self.below
            for each in formset.initial_forms
        }
        return {**state_of_form(self.form), **rows}


class _Hooks(ModelAdmin):
    """Hooks that the stubs leave out: `_changeform_view` runs in the transaction that saves the form."""

    if TYPE_CHECKING:

        def _changeform_view(
            self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
        ) -> HttpResponse:
            raise NotImplementedError

        def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Options, object_id: str) -> HttpResponse:
            raise NotImplementedError


class VersionedAdmin(_Hooks, Generic[Row]):
    """An admin whose change forms carry the version from which they were rendered.

    A form without a version is saved as it is, like a request without `If-Match`.
    """

    change_form_before_template = "admin/form_version.html"

    def lock_row(self, row: Row) -> None:
        """Lock the rows on which a save of `row` depends, until the end of the transaction."""
        self.model._base_manager.select_for_update(no_key=True).filter(pk=row.pk).first()

    def changed_by(self, row: Row, since: datetime) -> str:
        """Return the name of the person who changed `row` last since then; empty where that is not recorded."""
        entries = LogEntry.objects.filter(
            content_type=get_content_type_for_model(row), object_id=str(row.pk), action_time__gte=since
        )
        last = entries.select_related("user").order_by("-action_time").first()
        return str(last.user) if last else ""

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        if request.method == "POST" and object_id is not None and not hasattr(request, "form_state"):
            self._compare_versions(request, unquote(object_id))
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Options, object_id: str) -> HttpResponse:
        """Show the typed text instead of a redirect, which would lose it."""
        if request.method == "POST" and FIELD in request.POST:
            return deleted_row_page(request, self)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def _compare_versions(self, request: HttpRequest, object_id: str) -> None:
        """Refuse the form if its row has changed since it was rendered, in the transaction that would save it."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_change_permission(request, row):
            return
        self.lock_row(row)
        row = self.get_object(request, object_id)  # as it is now that nothing else changes it
        if row is None:
            return
        drawn_now = DrawnForm(self._form_of(request, row), list(self._rows_below(request, row)))
        state_of(request).form_state = drawn_now.state()
        carried = read_state(request.POST.get(FIELD, ""))
        if carried and carried[0] != state_of(request).form_state:
            self._merge(request, row, *carried, drawn_now)

    def _merge(self, request: HttpRequest, row: Row, drawn: State, moment: float, drawn_now: DrawnForm) -> None:
        merge = FormMerge(request.POST.copy(), drawn)
        merge.merge_form(drawn_now.form, state_of_form(drawn_now.form))
        for formset, title in drawn_now.below:
            if _rows_of(drawn, formset.prefix) != _rows_of(state_of(request).form_state, formset.prefix):
                merge.merge_rows(formset, title)
        state_of(request).POST = merge.data
        if not merge.differences:
            return
        who = self.changed_by(row, _moment(moment))
        state_of(request).late_form = {"differences": merge.differences, "who": who}
        refuse_form(request, PreconditionFailed(_("This was changed while you had it open. Nothing was saved yet.")))

    def _form_of(self, request: HttpRequest, row: Row) -> ModelForm:
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        return self.get_form(request, row, change=True, fields=fields)(instance=row)

    def _rows_below(self, request: HttpRequest, row: Row) -> Iterator[RowsBelow]:
        for formset_class, inline in self.get_formsets_with_inlines(request, row):
            if inline.has_change_permission(request, row):
                prefix = formset_class.get_default_prefix()
                formset = formset_class(instance=row, prefix=prefix, queryset=inline.get_queryset(request))
                yield RowsBelow(formset, capfirst(str(inline.verbose_name or inline.opts.verbose_name)))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Row | None = None,
    ) -> HttpResponse:
        """Add the version to the page, and the differences to a form that was merged."""
        if change and obj is not None and self.has_change_permission(request, obj):
            state = getattr(request, "form_state", None)
            if state is None:
                state = DrawnForm(context["adminform"].form, list(self._rows_below(request, obj))).state()
            context["form_version"] = write_state(state, timezone.now().timestamp())
        context["late"] = getattr(request, "late_form", None)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _rows_of(state: State, prefix: str | None) -> State:
    return {key: digest for key, digest in state.items() if key.startswith(row_key(prefix, ""))}


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return timezone.now()
