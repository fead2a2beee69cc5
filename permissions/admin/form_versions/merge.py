"""Merging a form that was sent after its row had changed: the differences, and the form to show next.

No text of either side is lost. Fields that only the other side changed are taken over; fields that both changed stay as
this person typed them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.forms import BaseForm, BaseModelFormSet, BooleanField, ModelForm, MultiWidget
from django.http import QueryDict

from common.db.row_version import version_of
from permissions.admin.form_versions.state import (
    State,
    Value,
    comparable,
    display_text,
    has_version_text,
    is_own,
    row_key,
    state_of_row,
)

MAX_ROWS = 1000

Values = dict[str, Value]
PostedRow = dict[str, list[str]]  # what was posted for a row, by the names of its fields


@dataclass(frozen=True, slots=True)
class Difference:
    """One field or row: what the other side saved, what this person typed, and whether the former was taken over."""

    label: str
    theirs: str
    yours: str
    is_taken: bool


@dataclass(slots=True)
class FormMerge:
    """Compares the posted values with the rows as they are now, and rewrites `data` to the form that is shown next."""

    data: QueryDict
    drawn: State
    differences: list[Difference] = field(default_factory=list)

    def merge_form(self, form: ModelForm, state: State) -> None:
        """Merge each field of `form` whose digest in `state` differs from the one that was rendered."""
        for name, digest in state.items():
            if self.drawn.get(name) != digest:
                self._merge_field(form, name)

    def _merge_field(self, form: ModelForm, name: str) -> None:
        theirs, yours = _saved(form, name), _posted(form, name, self.data)
        if theirs == yours:
            return
        is_taken = version_of(yours) == self.drawn.get(name) or not self._was_sent(form, name)
        if is_taken:
            _write_field(self.data, form, name, form_value(form, name))
        own, label = form.fields[name], str(form[name].label)
        self.differences.append(Difference(label, display_text(own, theirs), display_text(own, yours), is_taken))

    def _was_sent(self, form: ModelForm, name: str) -> bool:
        """Tell whether the page had the field at all."""
        return name in self.drawn or form.add_prefix(name) in self.data

    def merge_rows(self, formset: BaseModelFormSet, title: str) -> None:
        """Merge the rows below a form. Saved rows come first, then new ones and those that were deleted meanwhile."""
        pk_name, forms = _pk_name(formset), {str(form.instance.pk): form for form in formset.initial_forms}
        rows = _posted_rows(self.data, formset.prefix)
        posted = {pk: row for row in rows if (pk := row.get(pk_name, [""])[0])}
        added = [row for row in rows if not row.get(pk_name, [""])[0]]
        kept = [self._merge_row(formset, title, pk, form, posted.get(pk)) for pk, form in forms.items()]
        for pk, row in posted.items():
            added += [] if pk in forms else self._merge_deleted_row(formset, title, pk, row)
        _write_rows(self.data, formset.prefix, kept, added)

    def _merge_row(
        self, formset: BaseModelFormSet, title: str, pk: str, form: ModelForm, row: PostedRow | None
    ) -> PostedRow:
        """Merge a saved row: it is taken over if this person did not change it or did not see it."""
        drawn, theirs = self.drawn.get(row_key(formset.prefix, pk)), _saved_values(form)
        taken = {_pk_name(formset): [pk], **_raw(theirs)}
        if row is None:
            self.differences.append(Difference(title, _text(form, theirs), "-", is_taken=True))
            return taken
        if drawn == state_of_row(form) or (yours := _posted_values(formset, row)) == theirs:
            return row
        is_taken = _digest(yours) == drawn and "DELETE" not in row
        self.differences.append(Difference(title, _text(form, theirs), _text(form, yours), is_taken))
        return taken if is_taken else row

    def _merge_deleted_row(self, formset: BaseModelFormSet, title: str, pk: str, row: PostedRow) -> Iterator[PostedRow]:
        """Merge a row that another person deleted: it is added again if this person changed it."""
        if "DELETE" in row:
            return
        yours, form = _posted_values(formset, row), formset.empty_form
        is_taken = _digest(yours) == self.drawn.get(row_key(formset.prefix, pk))
        self.differences.append(Difference(title, "-", _text(form, yours), is_taken))
        if not is_taken:
            yield {**row, _pk_name(formset): [""]}


def form_value(form: BaseForm, name: str) -> Value:
    """Return the value that the browser would send for the row as it is now."""
    own = form.fields[name]
    if has_version_text(own):
        return str(form.fields[name].prepare_value(form.get_initial_for_field(form.fields[name], name)))
    return _saved(form, name)


def _pk_name(formset: BaseModelFormSet) -> str:
    return str(formset.form._meta.model._meta.pk.name)


def _saved(form: BaseForm, name: str) -> Value:
    return comparable(form.fields[name], form.get_initial_for_field(form.fields[name], name))


def _posted(form: BaseForm, name: str, data: QueryDict) -> Value:
    own = form.fields[name]
    return comparable(own, own.widget.value_from_datadict(data, {}, form.add_prefix(name)))


def _saved_values(form: ModelForm) -> Values:
    return {name: _saved(form, name) for name in form.fields if is_own(form, name)}


def _posted_values(formset: BaseModelFormSet, row: PostedRow) -> Values:
    """Return the posted values of a row, in the fields that a saved row has."""
    form, data = formset.empty_form, QueryDict(mutable=True)
    for name, values in row.items():
        data.setlist(form.add_prefix(name), values)
    like = (formset.initial_forms or [form])[0]
    names = [name for name in like.fields if is_own(like, name)]
    return {name: _posted(form, name, data) for name in names}


def _digest(values: Mapping[str, Value]) -> str:
    return version_of(*(f"{name}={value}" for name, value in values.items()))


def _text(form: BaseForm, values: Mapping[str, Value]) -> str:
    return ", ".join(display_text(form.fields[name], value) for name, value in values.items())


def _raw(values: Mapping[str, Value]) -> PostedRow:
    return {name: value if isinstance(value, list) else [value] for name, value in values.items()}


def _write_field(data: QueryDict, form: BaseForm, name: str, value: Value) -> None:
    key, widget = form.add_prefix(name), form.fields[name].widget
    if isinstance(widget, MultiWidget):
        suffixes = vars(widget)["widgets_names"]  # which the stubs leave out
        for suffix, part in zip(suffixes, value, strict=False):
            data[f"{key}{suffix}"] = part
    elif isinstance(form.fields[name], BooleanField) and not value:
        data.pop(key, None)
    else:
        data.setlist(key, value if isinstance(value, list) else [value])


def _posted_rows(data: QueryDict, prefix: str | None) -> list[PostedRow]:
    """Return the posted fields of each row below the form."""
    total = data.get(f"{prefix}-TOTAL_FORMS") or ""
    count = min(int(total), MAX_ROWS) if total.isdecimal() and len(total) < 9 else 0
    heads = [f"{prefix}-{number}-" for number in range(count)]
    return [{key[len(head) :]: data.getlist(key) for key in data if key.startswith(head)} for head in heads]


def _write_rows(data: QueryDict, prefix: str | None, kept: list[PostedRow], added: list[PostedRow]) -> None:
    numbered = re.compile(rf"{re.escape(str(prefix))}-\d+-")
    for key in [key for key in data if numbered.match(key)]:
        del data[key]
    for number, row in enumerate([*kept, *added]):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(len(kept) + len(added)), str(len(kept))
