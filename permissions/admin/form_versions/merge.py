"""A form that came too late: what differs, and the form to show next, in which neither side's words are lost.

What the other side changed and this person left alone is taken over; what both changed stays as this person typed it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.forms import BooleanField, MultiWidget
from django.http import QueryDict

from common.db.row_version import version_of
from permissions.admin.form_versions.state import State, is_own, plain, row_key, shown, state_of_row

MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """One field or row: what the other side saved, what this person typed, and whether theirs was taken over."""

    label: str
    theirs: str
    yours: str
    is_taken: bool


@dataclass(slots=True)
class Late:
    """Compares what was posted with the rows as they are, and rewrites `data` to what should be shown next."""

    data: QueryDict
    drawn: State
    differences: list[Difference] = field(default_factory=list)

    def merge_form(self, form: Any, state: State) -> None:
        for name, digest in state.items():
            if self.drawn.get(name) != digest:
                self._merge_field(form, name)

    def _merge_field(self, form: Any, name: str) -> None:
        theirs, yours = _theirs(form, name), _posted(form, name, self.data)
        if theirs == yours:
            return
        is_taken = self._is_untouched(name, yours) or not self._was_sent(form, name)
        if is_taken:
            _put(self.data, form, name, raw(form, name))
        self._tell(form, name, theirs, yours, is_taken=is_taken)

    def _is_untouched(self, key: str, yours: str | list[str]) -> bool:
        return version_of(yours) == self.drawn.get(key)

    def _was_sent(self, form: Any, name: str) -> bool:
        """Tell whether the page had the field at all."""
        return name in self.drawn or form.add_prefix(name) in self.data

    def _tell(self, form: Any, name: str, theirs: Any, yours: Any, *, is_taken: bool) -> None:
        one = form.fields[name]
        label = str(form[name].label)
        self.differences.append(Difference(label, shown(one, theirs), shown(one, yours), is_taken))

    def merge_rows(self, formset: Any, title: str) -> None:
        """Rows that still exist first, theirs among them; then new ones, and those that were deleted meanwhile."""
        prefix, now = formset.prefix, {str(form.instance.pk): form for form in formset.initial_forms}
        pk_name = formset.model._meta.pk.name
        posted = {row.get(pk_name, [""])[0]: row for row in _rows(self.data, prefix) if row.get(pk_name, [""])[0]}
        fresh = [row for row in _rows(self.data, prefix) if not row.get(pk_name, [""])[0]]
        kept = [self._row_now(formset, title, pk, form, posted.get(pk)) for pk, form in now.items()]
        for pk, row in posted.items():
            fresh += [] if pk in now else self._row_gone(formset, title, pk, row)
        _write_rows(self.data, prefix, kept, fresh)

    def _row_now(self, formset: Any, title: str, pk: str, form: Any, row: Any) -> dict[str, list[str]]:
        """A row that exists: theirs where this person left it alone or never saw it."""
        key, theirs = row_key(formset.prefix, pk), _values(form)
        if row is not None and (self.drawn.get(key) == state_of_row(form)):
            return row
        yours = None if row is None else _posted_values(formset, row)
        if yours == theirs:
            return row
        is_taken = yours is None or (_digest(yours) == self.drawn.get(key) and "DELETE" not in row)
        self.differences.append(Difference(title, _text(form, theirs), _text(form, yours), is_taken))
        return {formset.model._meta.pk.name: [pk], **_raw(form, theirs)} if is_taken else row

    def _row_gone(self, formset: Any, title: str, pk: str, row: Any) -> Iterator[dict[str, list[str]]]:
        """A row that the other side deleted: made anew where this person had changed it."""
        if "DELETE" in row:
            return
        yours, form = _posted_values(formset, row), formset.empty_form
        is_taken = _digest(yours) == self.drawn.get(row_key(formset.prefix, pk))
        self.differences.append(Difference(title, "-", _text(form, yours), is_taken))
        if not is_taken:
            yield {**row, formset.model._meta.pk.name: [""]}


def _theirs(form: Any, name: str) -> str | list[str]:
    return plain(form.fields[name], form.get_initial_for_field(form.fields[name], name))


def _posted(form: Any, name: str, data: QueryDict) -> str | list[str]:
    one = form.fields[name]
    return plain(one, one.widget.value_from_datadict(data, {}, form.add_prefix(name)))


def _values(form: Any) -> dict[str, str | list[str]]:
    return {name: _theirs(form, name) for name in form.fields if is_own(form, name)}


def _posted_values(formset: Any, row: dict[str, list[str]]) -> dict[str, str | list[str]]:
    """What was posted for a row, in the fields that a row that exists has."""
    form, data = formset.empty_form, QueryDict(mutable=True)
    for name, values in row.items():
        data.setlist(form.add_prefix(name), values)
    like = (formset.initial_forms or [form])[0]
    names = [name for name in like.fields if is_own(like, name)]
    return {name: _posted(form, name, data) for name in names}


def _digest(values: dict[str, Any]) -> str:
    return version_of(*(f"{name}={value}" for name, value in values.items()))


def _text(form: Any, values: dict[str, Any] | None) -> str:
    return "-" if values is None else ", ".join(shown(form.fields[name], value) for name, value in values.items())


def _raw(form: Any, values: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in values.items()}


def raw(form: Any, name: str) -> str | list[str]:
    """What the browser would send of the row as it is."""
    one = form.fields[name]
    if hasattr(one, "version_text"):
        return str(one.prepare_value(form.get_initial_for_field(one, name)))
    return _theirs(form, name)


def _put(data: QueryDict, form: Any, name: str, value: str | list[str]) -> None:
    key, widget = form.add_prefix(name), form.fields[name].widget
    if isinstance(widget, MultiWidget):
        for suffix, part in zip(widget.widgets_names, value, strict=False):
            data[f"{key}{suffix}"] = part
    elif isinstance(form.fields[name], BooleanField) and not value:
        data.pop(key, None)
    else:
        data.setlist(key, value if isinstance(value, list) else [value])


def _rows(data: QueryDict, prefix: str) -> list[dict[str, list[str]]]:
    """What was posted for each row below the form, by the names of its fields."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    count = min(int(total), MOST_ROWS) if total.isdecimal() and len(total) < 9 else 0
    heads = [f"{prefix}-{number}-" for number in range(count)]
    return [{key[len(head) :]: data.getlist(key) for key in data if key.startswith(head)} for head in heads]


def _write_rows(data: QueryDict, prefix: str, kept: list, fresh: list) -> None:
    numbered = re.compile(rf"{re.escape(prefix)}-\d+-")
    for key in [key for key in data if numbered.match(key)]:
        del data[key]
    for number, row in enumerate([*kept, *fresh]):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(len(kept) + len(fresh)), str(len(kept))
